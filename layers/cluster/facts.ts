// What was found of a cluster before the program declares it, and what follows from that. Decisions only; looking is done in tools/cluster.

/** What a look at the machine can show. */
export type ClusterState =
  /** Nothing was ever created, or it is gone. */
  | "absent"
  /** A creation did not end: the run was killed, or is still at it. */
  | "unfinished"
  | "stopped"
  /** It runs, but its API server or a node is not ready. */
  | "sick"
  | "healthy"
  /** The container engine did not answer, so nothing can be said. */
  | "unknown";

/** Plain data for the program; a test makes its own. */
export interface ClusterFacts {
  readonly state: ClusterState;
  /** Part of the cluster's identity: another number is another cluster. */
  readonly incarnation: number;
}

/** What the last creation left behind. */
export interface Remembered {
  readonly kind: string;
  readonly incarnation: number;
  readonly hash: string;
  /** `removing`: somebody began to take it down. `expired`: it is gone, because its time to live was over. */
  readonly phase: "creating" | "ready" | "removing" | "expired";
  /** When its time to live is over, in milliseconds since 1970. */
  readonly expires?: number;
}

export interface Decision {
  readonly incarnation: number;
  /** What an `up` does before anything else. A preview does nothing. */
  readonly heal: "nothing" | "start" | "restart" | "fail";
}

/**
 * The table: what was found, and what is remembered, to what happens.
 *
 * @param fresh incarnation of a cluster of which nothing is remembered: one that no earlier state can hold.
 * @param wanted kind and hash of the cluster that the stack file asks for now.
 */
export const decide = (
  state: ClusterState,
  memory: Remembered | undefined,
  fresh: number,
  wanted: { readonly kind: string; readonly hash: string },
): Decision => {
  if (memory === undefined) return { incarnation: fresh, heal: "nothing" };
  const { incarnation } = memory;
  if (memory.kind !== wanted.kind) return { incarnation: incarnation + 1, heal: "nothing" };
  if (state === "absent") return { incarnation: incarnation + 1, heal: "nothing" };
  if (state === "unknown") return { incarnation, heal: "fail" };
  // It is about to be replaced: what it is like now matters to nobody.
  if (memory.hash !== wanted.hash) return { incarnation, heal: "nothing" };
  if (state === "stopped") return { incarnation, heal: "start" };
  if (state === "sick") return { incarnation, heal: "restart" };
  return { incarnation, heal: "nothing" };
};
