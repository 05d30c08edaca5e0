// Whether the times grow no faster than the number of resources. Pure.

export const phases = ["cold", "warm", "change", "destroy"] as const;
export type Phase = (typeof phases)[number];

/** One program's times. */
export interface Size {
  /** Objects of apps that were asked for. */
  readonly asked: number;
  /** Resources in the state after the cold run, components included. */
  readonly resources: number;
  /** Bytes of the state file then. */
  readonly stateBytes: number;
  /** Wall time of the whole command. */
  readonly seconds: Readonly<Record<Phase, number>>;
}

/**
 * How much dearer a resource may be in the largest program than in the middle one. What grows with the square would be four times as
 * dear from 500 to 2000; sorting and a busier API server stay well below this. Start-up costs make the smaller program's resources
 * look dearer, and so hide a little growth: a run's start is some seconds, and counts for less the larger the programs are.
 */
export const allowed = 1.5;

export const perResourceMs = (size: Size, phase: Phase): number => (size.seconds[phase] * 1000) / size.resources;

export interface Growth {
  readonly phase: Phase;
  /** Time per resource of the largest, in times of the middle one's. */
  readonly factor: number;
  readonly linear: boolean;
}

/** Empty with fewer than two sizes: nothing can be said about one. */
export const growth = (sizes: readonly Size[]): readonly Growth[] => {
  const sorted = [...sizes].sort((a, b) => a.resources - b.resources);
  const largest = sorted.at(-1);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (largest === undefined || middle === undefined || largest === middle) return [];
  return phases.map((phase) => {
    const factor = Math.round((perResourceMs(largest, phase) / perResourceMs(middle, phase)) * 100) / 100;
    return { phase, factor, linear: factor <= allowed };
  });
};
