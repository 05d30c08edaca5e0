// Durations as stack files write them: a whole number with one unit.

const units = { s: 1, m: 60, h: 3600 } as const;

/** Seconds of "90s", "30m" or "8h", as config/scalars.ts lets them through. */
export const secondsOf = (duration: string): number =>
  Number(duration.slice(0, -1)) * units[duration.slice(-1) as keyof typeof units];
