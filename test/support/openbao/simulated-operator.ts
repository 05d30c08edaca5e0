// A stand-in for OpenBao's operator: it walks the phases that the operator's documentation (0.5) names, on a real API server, and breaks in
// each of them on demand. It runs no OpenBao: what a snapshot is, and what a restore does, is given to it.
import type { OpenBaoNames } from "../../../lib/openbao.ts";
import { triggerBackupAnnotation } from "../../../lib/openbao.ts";
import type { BaoCluster, BaoRestore, Pod } from "../../../tools/openbao/objects.ts";
import { isReady, labels, pathsOf } from "../../../tools/openbao/objects.ts";
import type { World } from "../../../tools/openbao/world.ts";
import { condition, jobObject, podObject, serviceObject, stuckContainer } from "./simulated-objects.ts";

/** Where it breaks. A phase: its Job fails until the operator has had enough. */
export type Break =
  | "backup-ignored"
  | "backup-configuration"
  | "backup-job"
  | "restore-validation"
  | "restore-job"
  | "restore-unknown"
  | "snapshot"
  | "green-pods"
  | "JoiningMesh"
  | "Syncing"
  | "Promoting"
  | "DemotingBlue"
  | "Cleanup"
  | "rollback"
  | "rolling"
  | "route";

export interface Data {
  snapshot(): Promise<Buffer>;
  restore(bytes: Buffer): Promise<void>;
}

export interface SimulationArgs {
  readonly world: World;
  readonly names: OpenBaoNames;
  readonly data: Data;
  /** Objects of the bucket, by key. */
  readonly bucket: Map<string, Buffer>;
  /** How long each phase lasts at least. */
  readonly phaseMs: number;
}

const me = "simulated-openbao-operator";
const early = ["DeployingGreen", "JoiningMesh", "Syncing"];
const later: Readonly<Record<string, string>> = {
  DeployingGreen: "JoiningMesh",
  JoiningMesh: "Syncing",
  Syncing: "Promoting",
  Promoting: "DemotingBlue",
  DemotingBlue: "Cleanup",
};

export class SimulatedOperator {
  readonly breaks = new Set<Break>();
  readonly #args: SimulationArgs;
  #since = 0;
  #count = 0;
  #stopped = false;
  #loop: Promise<void> | undefined;
  #backupJob: string | undefined;

  constructor(args: SimulationArgs) {
    this.#args = args;
  }

  start(): void {
    this.#loop = (async () => {
      while (!this.#stopped) {
        await this.#reconcile();
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
  }

  /** Throws what it broke on by itself. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  get #paths() {
    return pathsOf(this.#args.names);
  }

  #status(changes: object): Promise<unknown> {
    return this.#args.world.patch(`${this.#paths.cluster}/status`, { status: changes }, me);
  }

  /** Whether what goes on has gone on for long enough. */
  get #ripe(): boolean {
    return Date.now() - this.#since >= this.#args.phaseMs;
  }

  #next(): string {
    this.#since = Date.now();
    this.#count += 1;
    return String(this.#count);
  }

  async #condition(cluster: BaoCluster, ...changed: ReturnType<typeof condition>[]): Promise<void> {
    const types = changed.map(({ type }) => type);
    const kept = (cluster.status?.conditions ?? []).filter(({ type }) => !types.includes(type));
    await this.#status({ conditions: [...kept, ...changed] });
  }

  async #pods(revision: string): Promise<readonly Pod[]> {
    return this.#args.world.list<Pod>(this.#paths.pods, { [labels.revision]: revision });
  }

  async #deploy(revision: string, image: string, replicas: number, stuck = false): Promise<void> {
    const { names, world } = this.#args;
    for (let index = 0; index < replicas; index += 1)
      await world.create(this.#paths.pods, podObject(names, { revision, index, image, stuck }));
    if (!stuck) return;
    for (const { metadata } of await this.#pods(revision))
      await world.patch(
        `${this.#paths.pods}/${metadata.name}/status`,
        { status: { containerStatuses: [stuckContainer(image)] } },
        me,
      );
  }

  async #remove(revision: string): Promise<void> {
    for (const { metadata } of await this.#pods(revision))
      await this.#args.world.remove(`${this.#paths.pods}/${metadata.name}`);
  }

  #job(name: string, component: string): Promise<unknown> {
    return this.#args.world.create(this.#paths.jobs, jobObject(this.#args.names, name, component));
  }

  async #end(name: string, how: "Complete" | "Failed"): Promise<void> {
    const time = new Date().toISOString().replace(/\.\d+/, "");
    const conditions = [how === "Complete" ? "SuccessCriteriaMet" : "FailureTarget", how].map((type) => ({
      ...condition(type, "True", how === "Complete" ? "CompletionsReached" : "BackoffLimitExceeded"),
      lastProbeTime: time,
    }));
    await this.#args.world.patch(
      `${this.#paths.job(name)}/status`,
      {
        status: {
          startTime: time,
          ...(how === "Complete" ? { completionTime: time, succeeded: 1 } : { failed: 1 }),
          conditions,
        },
      },
      me,
    );
  }

  async #reconcile(): Promise<void> {
    const { world } = this.#args;
    const cluster = await world.get<BaoCluster>(this.#paths.cluster);
    if (!cluster) return;
    if (cluster.status?.phase === undefined) return this.#begin(cluster);
    for (const restore of await world.list<BaoRestore & { spec: { source: { key: string } } }>(this.#paths.restores))
      await this.#restore(cluster, restore);
    await this.#backup(cluster);
    if (cluster.spec.upgrade?.strategy === "BlueGreen") await this.#blueGreen(cluster);
    else await this.#rolling(cluster);
  }

  async #begin(cluster: BaoCluster): Promise<void> {
    const { names, world } = this.#args;
    await this.#deploy("blue0", cluster.spec.image ?? "", cluster.spec.replicas ?? 3);
    await world.create(this.#paths.service.replace(/\/[^/]+$/, ""), serviceObject(names, "blue0"));
    const good = [
      "Available",
      "TLSReady",
      "UserAccessBootstrap",
      "BackupConfigurationReady",
      "GatewayIntegrationReady",
    ];
    await this.#status({
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

  async #backup(cluster: BaoCluster): Promise<void> {
    const { world, bucket, data, names } = this.#args;
    const token = cluster.metadata.annotations?.[triggerBackupAnnotation];
    if (this.#backupJob !== undefined) {
      if (!this.#ripe) return;
      const job = this.#backupJob;
      this.#backupJob = undefined;
      const idle = { phase: "Running", operationLock: null };
      if (this.breaks.has("backup-job")) {
        await this.#end(job, "Failed");
        const failures = (cluster.status?.backup?.consecutiveFailures ?? 0) + 1;
        const failure = { lastFailureReason: "JobFailed", lastFailureMessage: `Backup Job ${job} failed` };
        return void (await this.#status({ ...idle, backup: { consecutiveFailures: failures, ...failure } }));
      }
      const bytes = await data.snapshot();
      const time = new Date().toISOString().replace(/\.\d+/, "");
      const key = `${names.backupPrefix}/${names.namespace}/${names.cluster}/${time.replace(/[-:]/g, "")}-${this.#count}.snap`;
      bucket.set(key, bytes);
      await this.#end(job, "Complete");
      const last = { lastBackupName: key, lastBackupSize: bytes.length, lastBackupTime: time };
      const backup = { ...last, lastBackupDuration: `${this.#args.phaseMs}ms`, consecutiveFailures: 0 };
      return void (await this.#status({ ...idle, backup }));
    }
    if (token === undefined || this.breaks.has("backup-ignored") || cluster.status?.operationLock?.operation) return;
    if (this.breaks.has("backup-configuration"))
      return this.#condition(
        cluster,
        condition("BackupConfigurationReady", "False", "SecretMissing", `Secret ${names.backupSecret} was not found`),
      );
    const job = `backup-${names.cluster}-${this.#next()}`;
    await this.#job(job, "backup");
    await this.#status({
      phase: "BackingUp",
      operationLock: { operation: "Backup", holder: `backup/${job}` },
      backup: { lastHandledManualTrigger: token },
    });
    this.#backupJob = job;
    await world.patch(this.#paths.cluster, { metadata: { annotations: { [triggerBackupAnnotation]: null } } }, me);
  }

  async #restore(cluster: BaoCluster, restore: BaoRestore & { spec: { source: { key: string } } }): Promise<void> {
    const { world, bucket, data } = this.#args;
    const name = restore.metadata.name ?? "";
    const set = (changes: object): Promise<unknown> =>
      world.patch(`${this.#paths.restore(name)}/status`, { status: changes }, me);
    const job = `restore-${name}`;
    switch (restore.status?.phase) {
      case undefined:
        this.#next();
        return void (await set({ phase: "Pending" }));
      case "Pending":
        if (!this.#ripe || cluster.status?.operationLock?.operation) return;
        this.#next();
        return void (await set({ phase: "Validating" }));
      case "Validating": {
        if (!this.#ripe) return;
        this.#next();
        if (this.breaks.has("restore-validation")) {
          const message = "restore authentication is required: set jwtAuthRole or tokenSecretRef";
          const broken = condition("RestoreConfigurationReady", "False", "AuthenticationRequired", message);
          const failed = condition("RestoreComplete", "False", "RestoreFailed", message);
          return void (await set({ phase: "Failed", message, conditions: [broken, failed] }));
        }
        await this.#status({ operationLock: { operation: "Restore", holder: `restore/${name}` } });
        await this.#job(job, "restore");
        return void (await set({
          phase: "Running",
          conditions: [condition("RestoreConfigurationReady", "True", "Ready")],
        }));
      }
      case "Running": {
        if (!this.#ripe) return;
        this.#next();
        if (this.breaks.has("restore-unknown")) {
          const message = `Restore Job ${job} is missing after its creation was committed`;
          const unknown = condition("RestoreComplete", "Unknown", "OutcomeUnknown", message);
          return void (await set({ phase: "Unknown", message, conditions: [unknown] }));
        }
        const bytes = bucket.get(restore.spec.source.key);
        if (this.breaks.has("restore-job") || !bytes) {
          const message = `Restore Job ${job} failed: the object ${restore.spec.source.key} was not found`;
          await this.#end(job, "Failed");
          await this.#status({ operationLock: null });
          return void (await set({
            phase: "Failed",
            message,
            conditions: [condition("RestoreComplete", "False", "RestoreFailed", message)],
          }));
        }
        await data.restore(bytes);
        await this.#end(job, "Complete");
        await this.#status({ operationLock: null });
        return void (await set({
          phase: "Completed",
          conditions: [condition("RestoreComplete", "True", "RestoreSucceeded")],
        }));
      }
    }
  }

  async #blueGreen(cluster: BaoCluster): Promise<void> {
    const { spec, status } = cluster;
    const now = status?.blueGreen ?? {};
    const { phase = "Idle" } = now;
    const wanted = spec.version !== status?.currentVersion;
    if (status?.breakGlass?.active) return;
    if (phase === "Idle") return wanted ? this.#prepare(cluster) : this.#rest(cluster);
    if (!this.#ripe) return;
    if (phase === "RollingBack") return this.#rollBack(cluster);
    if (phase === "RollbackCleanup") return this.#giveUp(now.greenRevision);
    if (!wanted) return early.includes(phase) ? this.#giveUp(now.greenRevision) : this.#turn("VersionMismatch");
    if (phase === "DeployingGreen") return this.#ready(cluster);
    if (this.breaks.has(phase as Break)) return this.#fail(cluster, phase);
    if (phase === "Cleanup") return this.#finish(cluster);
    const to = later[phase] ?? "Idle";
    await this.#enter(to);
    if (to === "DemotingBlue") await this.#send(now.greenRevision ?? "");
    if (to === "Cleanup") await this.#remove(now.blueRevision ?? "");
  }

  async #enter(phase: string, more: object = {}): Promise<void> {
    this.#next();
    if (phase === "Syncing" && this.breaks.has("route"))
      await this.#args.world.patch(this.#paths.route, { spec: { hostnames: ["elsewhere.example"] } }, me);
    await this.#status({ blueGreen: { phase, jobFailureCount: 0, ...more } });
  }

  #send(revision: string): Promise<unknown> {
    return this.#args.world.patch(this.#paths.service, { spec: { selector: { [labels.revision]: revision } } }, me);
  }

  /** Idle, and another version is wanted: the snapshot, and then the pods of the new version. */
  async #prepare(cluster: BaoCluster): Promise<void> {
    const { status, spec } = cluster;
    const job = status?.blueGreen?.preUpgradeSnapshotJobName;
    if (status?.operationLock?.operation !== "Upgrade") {
      if (status?.operationLock?.operation) return;
      this.#next();
      return void (await this.#status({
        phase: "Upgrading",
        operationLock: { operation: "Upgrade", holder: "upgrade/blue-green" },
      }));
    }
    if (spec.upgrade?.preUpgradeSnapshot && !job) {
      const name = `pre-upgrade-${this.#next()}`;
      await this.#job(name, "upgrade-snapshot");
      return void (await this.#status({ blueGreen: { preUpgradeSnapshotJobName: name } }));
    }
    if (!this.#ripe || cluster.status?.conditions?.some(({ type, status }) => type === "Degraded" && status === "True"))
      return;
    if (job && this.breaks.has("snapshot")) {
      await this.#end(job, "Failed");
      return this.#condition(
        cluster,
        condition("Degraded", "True", "PreUpgradeBackupFailed", `pre-upgrade snapshot job failed: ${job}`),
      );
    }
    if (job) await this.#end(job, "Complete");
    const green = `green${this.#next()}`;
    await this.#deploy(green, spec.image ?? "", spec.replicas ?? 3, this.breaks.has("green-pods"));
    await this.#enter("DeployingGreen", { greenRevision: green, operationID: `attempt-${this.#count}` });
  }

  /** Nothing is wanted: whatever an attempt left is cleared. */
  async #rest({ status }: BaoCluster): Promise<void> {
    if (status?.operationLock?.operation !== "Upgrade") return;
    const conditions = (status.conditions ?? []).filter(({ type }) => type !== "Degraded");
    await this.#status({
      phase: "Running",
      operationLock: null,
      conditions,
      blueGreen: { preUpgradeSnapshotJobName: null },
    });
  }

  async #ready({ spec, status }: BaoCluster): Promise<void> {
    const green = status?.blueGreen?.greenRevision ?? "";
    const pods = await this.#pods(green);
    // As the operator does where an image can't be pulled.
    if (this.breaks.has("green-pods")) return this.#giveUp(green);
    if (pods.filter(isReady).length === spec.replicas) await this.#enter("JoiningMesh");
  }

  async #fail({ spec, status }: BaoCluster, phase: string): Promise<void> {
    const failures = (status?.blueGreen?.jobFailureCount ?? 0) + 1;
    const job = `upgrade-${phase.toLowerCase()}-${this.#next()}`;
    if (failures <= (spec.upgrade?.blueGreen?.maxJobFailures ?? 5))
      return void (await this.#status({ blueGreen: { jobFailureCount: failures, lastJobFailure: job } }));
    if (early.includes(phase)) return this.#giveUp(status?.blueGreen?.greenRevision);
    return this.#turn("JobFailureThresholdExceeded");
  }

  async #turn(reason: string): Promise<void> {
    await this.#enter("RollingBack", { rollbackReason: reason });
  }

  async #rollBack({ status }: BaoCluster): Promise<void> {
    if (this.breaks.has("rollback"))
      return void (await this.#status({
        breakGlass: {
          active: true,
          reason: "RollbackConsensusRepairFailed",
          message: "Job repair-consensus-1 failed",
          nonce: "5f1c",
          steps: ["Inspect the Job repair-consensus-1", "Compare the Raft peers with the pods"],
        },
      }));
    const blue = status?.blueGreen?.blueRevision ?? "";
    if ((await this.#pods(blue)).length === 0) await this.#deploy(blue, status?.blueGreen?.blueImage ?? "", 3);
    await this.#send(blue);
    await this.#enter("RollbackCleanup");
  }

  async #giveUp(green: string | undefined): Promise<void> {
    if (green) await this.#remove(green);
    const gone = { greenRevision: null, operationID: null, rollbackReason: null, lastJobFailure: null };
    await this.#enter("Idle", { ...gone, preUpgradeSnapshotJobName: null });
  }

  async #finish({ spec, status }: BaoCluster): Promise<void> {
    await this.#status({
      currentVersion: spec.version,
      phase: "Running",
      operationLock: null,
      readyReplicas: spec.replicas,
    });
    const blue = { blueRevision: status?.blueGreen?.greenRevision, blueImage: spec.image };
    await this.#enter("Idle", { ...blue, greenRevision: null, operationID: null });
  }

  async #rolling({ spec, status }: BaoCluster): Promise<void> {
    const wanted = spec.version !== status?.currentVersion;
    if (!wanted) {
      if (status?.upgrade) await this.#status({ upgrade: null, operationLock: null, phase: "Running" });
      return;
    }
    if (!status?.upgrade) {
      this.#next();
      const upgrade = { targetVersion: spec.version, fromVersion: status?.currentVersion, currentPartition: 3 };
      return void (await this.#status({
        phase: "Upgrading",
        upgrade,
        operationLock: { operation: "Upgrade", holder: "upgrade/rolling" },
      }));
    }
    if (!this.#ripe || status.upgrade.failure) return;
    this.#next();
    if (this.breaks.has("rolling"))
      return void (await this.#status({
        upgrade: { failure: { reason: "StepDownTimeout", message: "Leader step-down timed out for pod bao-2" } },
      }));
    const replaced = [...(status.upgrade.completedPods ?? [])];
    if (replaced.length === spec.replicas)
      return void (await this.#status({
        currentVersion: spec.version,
        upgrade: null,
        operationLock: null,
        phase: "Running",
      }));
    const ordinal = (spec.replicas ?? 3) - 1 - replaced.length;
    await this.#status({ upgrade: { completedPods: [...replaced, ordinal], currentPartition: ordinal } });
  }
}
