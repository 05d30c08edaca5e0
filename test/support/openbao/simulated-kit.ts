// What the simulated operator does its work with: its orders, its clock, and the objects that it makes and marks.
import type { OpenBaoNames } from "../../../lib/openbao.ts";
import { type BaoCluster, labels, type Pod, pathsOf } from "../../../tools/openbao/objects.ts";
import type { World } from "../../../tools/openbao/world.ts";
import { condition, jobObject, podObject, stuckContainer } from "./simulated-objects.ts";

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

export const me = "simulated-openbao-operator";

export abstract class SimulationKit {
  readonly breaks = new Set<Break>();
  protected readonly args: SimulationArgs;
  protected count = 0;
  private since = 0;

  constructor(args: SimulationArgs) {
    this.args = args;
  }

  protected get paths() {
    return pathsOf(this.args.names);
  }

  protected status(changes: object): Promise<unknown> {
    return this.args.world.patch(`${this.paths.cluster}/status`, { status: changes }, me);
  }

  /** Whether what goes on has gone on for long enough. */
  protected get ripe(): boolean {
    return Date.now() - this.since >= this.args.phaseMs;
  }

  protected next(): string {
    this.since = Date.now();
    this.count += 1;
    return String(this.count);
  }

  protected async condition(cluster: BaoCluster, ...changed: ReturnType<typeof condition>[]): Promise<void> {
    const types = changed.map(({ type }) => type);
    const kept = (cluster.status?.conditions ?? []).filter(({ type }) => !types.includes(type));
    await this.status({ conditions: [...kept, ...changed] });
  }

  protected async pods(revision: string): Promise<readonly Pod[]> {
    return this.args.world.list<Pod>(this.paths.pods, { [labels.revision]: revision });
  }

  protected async deploy(revision: string, image: string, replicas: number, stuck = false): Promise<void> {
    const { names, world } = this.args;
    for (let index = 0; index < replicas; index += 1)
      await world.create(this.paths.pods, podObject(names, { revision, index, image, stuck }));
    if (!stuck) return;
    for (const { metadata } of await this.pods(revision))
      await world.patch(
        `${this.paths.pods}/${metadata.name}/status`,
        { status: { containerStatuses: [stuckContainer(image)] } },
        me,
      );
  }

  protected async remove(revision: string): Promise<void> {
    for (const { metadata } of await this.pods(revision))
      await this.args.world.remove(`${this.paths.pods}/${metadata.name}`);
  }

  protected job(name: string, component: string): Promise<unknown> {
    return this.args.world.create(this.paths.jobs, jobObject(this.args.names, name, component));
  }

  protected async end(name: string, how: "Complete" | "Failed"): Promise<void> {
    const time = new Date().toISOString().replace(/\.\d+/, "");
    const conditions = [how === "Complete" ? "SuccessCriteriaMet" : "FailureTarget", how].map((type) => ({
      ...condition(type, "True", how === "Complete" ? "CompletionsReached" : "BackoffLimitExceeded"),
      lastProbeTime: time,
    }));
    await this.args.world.patch(
      `${this.paths.job(name)}/status`,
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
}
