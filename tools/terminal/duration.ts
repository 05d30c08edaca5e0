// How strata writes durations and sizes.

/** 0.4 s, 12.3 s, 1:05, 1:02:03. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** 512 MiB, 7.8 GiB. */
export function bytes(count: number): string {
  const gib = count / 2 ** 30;
  if (gib >= 1) return `${gib.toFixed(1)} GiB`;
  return `${Math.round(count / 2 ** 20)} MiB`;
}

/** "1 resource", "3 resources". */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
