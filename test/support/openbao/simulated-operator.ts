// A stand-in for OpenBao's operator: it walks the phases that the operator's documentation (0.5) names, on a real API server, and breaks in
// each of them on demand. It runs no OpenBao: what a snapshot is, and what a restore does, is given to it.
import type { BaoCluster } from "../../../tools/openbao/objects.ts";
import { ApiError } from "../../../tools/plugins/kubernetes/client.ts";
import type { RestoreRequest } from "./simulated-data.ts";
import { condition, serviceObject } from "./simulated-objects.ts";
import { SimulatedUpgrades } from "./simulated-upgrade.ts";

export class SimulatedOperator extends SimulatedUpgrades {
  private stopped = false;
  private loop: Promise<void> | undefined;

  start(): void {
    this.stopped = false;
    this.loop = (async () => {
      while (!this.stopped) {
        // What it works on may go in the middle: a request that a command takes back.
        await this.reconcile().catch((error: unknown) => {
          if (!(error instanceof ApiError && error.code === 404)) throw error;
        });
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
  }

  /** Ends between two looks; it can be started again. Throws what it broke on by itself. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
  }

  private async reconcile(): Promise<void> {
    const { world } = this.args;
    const cluster = await world.get<BaoCluster>(this.paths.cluster);
    if (!cluster) return;
    if (cluster.status?.phase === undefined) return this.begin(cluster);
    for (const restore of await world.list<RestoreRequest>(this.paths.restores)) await this.restore(cluster, restore);
    await this.backup(cluster);
    if (cluster.spec.upgrade?.strategy === "BlueGreen") await this.blueGreen(cluster);
    else await this.rolling(cluster);
  }

  private async begin(cluster: BaoCluster): Promise<void> {
    const { names, world } = this.args;
    await this.deploy("blue0", cluster.spec.image ?? "", cluster.spec.replicas ?? 3);
    await world.create(this.paths.service.replace(/\/[^/]+$/, ""), serviceObject(names, "blue0"));
    const good = [
      "Available",
      "TLSReady",
      "UserAccessBootstrap",
      "BackupConfigurationReady",
      "GatewayIntegrationReady",
    ];
    await this.status({
      phase: "Running",
      readyReplicas: cluster.spec.replicas,
      currentVersion: cluster.spec.version,
      initialized: true,
      selfInitialized: true,
      acceptedUpgradeStrategy: cluster.spec.upgrade?.strategy,
      blueGreen: { phase: "Idle", blueRevision: "blue0", blueImage: cluster.spec.image },
      conditions: [
        ...[...good, "OpenBaoInitialized"].map((type) => condition(type, "True", "Ready")),
        condition("OpenBaoSealed", "False", "Ready"),
      ],
    });
  }
}
