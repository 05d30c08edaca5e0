// What a bench runs, and in which order. Pure.

export type Mode = "cold" | "warm" | "both";
export type Kind = "cold" | "warm" | "destroy";

export interface Step {
  readonly kind: Kind;
  /** Index of what is measured: 0 is the working tree, 1 the commit that it is compared with. */
  readonly side: number;
  /** From 1. */
  readonly round: number;
  /** False for what only has to happen before a step that counts. */
  readonly counted: boolean;
}

/**
 * Rounds of cold up, warm up and destroy. Sides take turns within a round, so that what the machine does besides meets them alike;
 * each is gone before the next begins, because their clusters want the same ports.
 */
export function plan(mode: Mode, runs: number, sides: number): readonly Step[] {
  const steps: Step[] = [];
  const add = (kind: Kind, side: number, round: number, counted: boolean): void =>
    void steps.push({ kind, side, round, counted });
  // Warm runs of one side need a single cluster.
  if (mode === "warm" && sides === 1) {
    add("cold", 0, 1, false);
    for (let round = 1; round <= runs; round += 1) add("warm", 0, round, true);
    add("destroy", 0, 1, false);
    return steps;
  }
  for (let round = 1; round <= runs; round += 1)
    for (let side = 0; side < sides; side += 1) {
      add("cold", side, round, mode !== "warm");
      if (mode !== "cold") add("warm", side, round, true);
      add("destroy", side, round, mode !== "warm");
    }
  return steps;
}
