// Upgrades of the simulated operator, by either strategy.
import { type BaoCluster, isReady, labels } from "../../../tools/openbao/objects.ts";
import { SimulatedData } from "./simulated-data.ts";
import { type Break, me } from "./simulated-kit.ts";
import { condition } from "./simulated-objects.ts";

const early = ["DeployingGreen", "JoiningMesh", "Syncing"];
const later: Readonly<Record<string, string>> = {
  DeployingGreen: "JoiningMesh",
  JoiningMesh: "Syncing",
  Syncing: "Promoting",
  Promoting: "DemotingBlue",
  DemotingBlue: "Cleanup",
};

export abstract class SimulatedUpgrades extends SimulatedData {
  protected async blueGreen(cluster: BaoCluster): Promise<void> {
    const { spec, status } = cluster;
    const now = status?.blueGreen ?? {};
    const { phase = "Idle" } = now;
    const wanted = spec.version !== status?.currentVersion;
    if (status?.breakGlass?.active) return;
    if (phase === "Idle") return wanted ? this.prepare(cluster) : this.rest(cluster);
    if (!this.ripe) return;
    if (phase === "RollingBack") return this.rollBack(cluster);
    if (phase === "RollbackCleanup") return this.giveUp(now.greenRevision);
    if (!wanted) return early.includes(phase) ? this.giveUp(now.greenRevision) : this.turn("VersionMismatch");
    if (phase === "DeployingGreen") return this.ready(cluster);
    if (this.breaks.has(phase as Break)) return this.fail(cluster, phase);
    if (phase === "Cleanup") return this.finish(cluster);
    const to = later[phase] ?? "Idle";
    await this.enter(to);
    if (to === "DemotingBlue") await this.send(now.greenRevision ?? "");
    if (to === "Cleanup") await this.remove(now.blueRevision ?? "");
  }

  protected async enter(phase: string, more: object = {}): Promise<void> {
    this.next();
    if (phase === "Syncing" && this.breaks.has("route"))
      await this.args.world.patch(this.paths.route, { spec: { hostnames: ["elsewhere.example"] } }, me);
    await this.status({ blueGreen: { phase, jobFailureCount: 0, ...more } });
  }

  protected send(revision: string): Promise<unknown> {
    return this.args.world.patch(this.paths.service, { spec: { selector: { [labels.revision]: revision } } }, me);
  }

  /** Idle, and another version is wanted: the snapshot, and then the pods of the new version. */
  protected async prepare(cluster: BaoCluster): Promise<void> {
    const { status, spec } = cluster;
    const job = status?.blueGreen?.preUpgradeSnapshotJobName;
    if (status?.operationLock?.operation !== "Upgrade") {
      if (status?.operationLock?.operation) return;
      this.next();
      return void (await this.status({
        phase: "Upgrading",
        operationLock: { operation: "Upgrade", holder: "upgrade/blue-green" },
      }));
    }
    if (spec.upgrade?.preUpgradeSnapshot && !job) {
      const name = `pre-upgrade-${this.next()}`;
      await this.job(name, "upgrade-snapshot");
      return void (await this.status({ blueGreen: { preUpgradeSnapshotJobName: name } }));
    }
    if (!this.ripe || cluster.status?.conditions?.some(({ type, status }) => type === "Degraded" && status === "True"))
      return;
    if (job && this.breaks.has("snapshot")) {
      await this.end(job, "Failed");
      return this.condition(
        cluster,
        condition("Degraded", "True", "PreUpgradeBackupFailed", `pre-upgrade snapshot job failed: ${job}`),
      );
    }
    if (job) await this.end(job, "Complete");
    const green = `green${this.next()}`;
    await this.deploy(green, spec.image ?? "", spec.replicas ?? 3, this.breaks.has("green-pods"));
    await this.enter("DeployingGreen", { greenRevision: green, operationID: `attempt-${this.count}` });
  }

  /** Nothing is wanted: whatever an attempt left is cleared. */
  protected async rest({ status }: BaoCluster): Promise<void> {
    if (status?.operationLock?.operation !== "Upgrade") return;
    const conditions = (status.conditions ?? []).filter(({ type }) => type !== "Degraded");
    await this.status({
      phase: "Running",
      operationLock: null,
      conditions,
      blueGreen: { preUpgradeSnapshotJobName: null },
    });
  }

  protected async ready({ spec, status }: BaoCluster): Promise<void> {
    const green = status?.blueGreen?.greenRevision ?? "";
    const pods = await this.pods(green);
    // As the operator does where an image can't be pulled.
    if (this.breaks.has("green-pods")) return this.giveUp(green);
    if (pods.filter(isReady).length === spec.replicas) await this.enter("JoiningMesh");
  }

  protected async fail({ spec, status }: BaoCluster, phase: string): Promise<void> {
    const failures = (status?.blueGreen?.jobFailureCount ?? 0) + 1;
    const job = `upgrade-${phase.toLowerCase()}-${this.next()}`;
    if (failures <= (spec.upgrade?.blueGreen?.maxJobFailures ?? 5))
      return void (await this.status({ blueGreen: { jobFailureCount: failures, lastJobFailure: job } }));
    if (early.includes(phase)) return this.giveUp(status?.blueGreen?.greenRevision);
    return this.turn("JobFailureThresholdExceeded");
  }

  protected async turn(reason: string): Promise<void> {
    await this.enter("RollingBack", { rollbackReason: reason });
  }

  protected async rollBack({ status }: BaoCluster): Promise<void> {
    if (this.breaks.has("rollback"))
      return void (await this.status({
        breakGlass: {
          active: true,
          reason: "RollbackConsensusRepairFailed",
          message: "Job repair-consensus-1 failed",
          nonce: "5f1c",
          steps: ["Inspect the Job repair-consensus-1", "Compare the Raft peers with the pods"],
        },
      }));
    const blue = status?.blueGreen?.blueRevision ?? "";
    if ((await this.pods(blue)).length === 0) await this.deploy(blue, status?.blueGreen?.blueImage ?? "", 3);
    await this.send(blue);
    await this.enter("RollbackCleanup");
  }

  protected async giveUp(green: string | undefined): Promise<void> {
    if (green) await this.remove(green);
    const gone = { greenRevision: null, operationID: null, rollbackReason: null, lastJobFailure: null };
    await this.enter("Idle", { ...gone, preUpgradeSnapshotJobName: null });
  }

  protected async finish({ spec, status }: BaoCluster): Promise<void> {
    await this.status({
      currentVersion: spec.version,
      phase: "Running",
      operationLock: null,
      readyReplicas: spec.replicas,
    });
    const blue = { blueRevision: status?.blueGreen?.greenRevision, blueImage: spec.image };
    await this.enter("Idle", { ...blue, greenRevision: null, operationID: null });
  }

  protected async rolling({ spec, status }: BaoCluster): Promise<void> {
    const wanted = spec.version !== status?.currentVersion;
    if (!wanted) {
      if (status?.upgrade) await this.status({ upgrade: null, operationLock: null, phase: "Running" });
      return;
    }
    if (!status?.upgrade) {
      this.next();
      const upgrade = { targetVersion: spec.version, fromVersion: status?.currentVersion, currentPartition: 3 };
      return void (await this.status({
        phase: "Upgrading",
        upgrade,
        operationLock: { operation: "Upgrade", holder: "upgrade/rolling" },
      }));
    }
    if (!this.ripe || status.upgrade.failure) return;
    this.next();
    if (this.breaks.has("rolling"))
      return void (await this.status({
        upgrade: { failure: { reason: "StepDownTimeout", message: "Leader step-down timed out for pod bao-2" } },
      }));
    const replaced = [...(status.upgrade.completedPods ?? [])];
    if (replaced.length === spec.replicas)
      return void (await this.status({
        currentVersion: spec.version,
        upgrade: null,
        operationLock: null,
        phase: "Running",
      }));
    const ordinal = (spec.replicas ?? 3) - 1 - replaced.length;
    await this.status({ upgrade: { completedPods: [...replaced, ordinal], currentPartition: ordinal } });
  }
}
