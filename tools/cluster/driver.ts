// What each kind of local cluster can do; the life cycle above it (lifecycle.ts, look.ts) is the same for all.
import type { ClusterSpec } from "../../layers/cluster/spec.ts";
import type { NodeContainer } from "./engine.ts";

export interface Part extends Pick<NodeContainer, "id" | "name" | "running"> {
  /** Some of its processes run, but not all. */
  readonly partly?: boolean;
}

export interface Driver {
  /** Everything of that cluster that exists, running or not. Throws a UserError where that cannot be found out. */
  parts(): Promise<readonly Part[]>;
  /** Told apart from `parts` because it must cost nothing: false where a process that should run is known to be dead. */
  seemsComplete(): boolean;
  /** Builds it from nothing and returns its kubeconfig. On failure it removes what it made and throws a UserError. */
  build(spec: ClusterSpec, onStart: (pid: number) => void): Promise<string>;
  /** The order to start them in, asked once, while all run. */
  startOrder(parts: readonly Part[]): Promise<readonly Part[]>;
  start(parts: readonly Part[]): Promise<void>;
  stop(parts: readonly Part[]): Promise<void>;
  /** Last useful lines of its logs. */
  trouble(): Promise<string>;
  /** Volumes that were made for these parts alone and are of no use without them. */
  volumes(parts: readonly Part[]): Promise<readonly string[]>;
  /** Everything of the cluster, and of the given volumes those that are left. */
  remove(volumes?: readonly string[]): Promise<void>;
}
