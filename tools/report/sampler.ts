// Samples the host once a second while a run lasts.
import { type Counters, readCounters } from "./host.ts";
import type { Sample } from "./record.ts";

export const intervalMs = 1000;
/** A shorter last interval says more about the kernel's ticks than about the host. */
const shortestMs = 250;

const perSecond = (now: number, before: number, elapsedMs: number): number =>
  Math.max(0, Math.round(((now - before) * 1000) / elapsedMs));

export function sampleBetween(before: Counters, now: Counters, atMs: number, elapsedMs: number): Sample {
  const ticks = now.totalTicks - before.totalTicks;
  const busy = ticks > 0 ? ((now.busyTicks - before.busyTicks) / ticks) * 100 : 0;
  return {
    atMs: Math.round(atMs),
    cpuPercent: Math.round(Math.min(100, Math.max(0, busy)) * 10) / 10,
    memoryUsedBytes: now.memoryUsedBytes,
    diskReadBytesPerSecond: perSecond(now.readBytes, before.readBytes, elapsedMs),
    diskWriteBytesPerSecond: perSecond(now.writtenBytes, before.writtenBytes, elapsedMs),
  };
}

export interface Sampler {
  /** Ends the sampling; the samples so far. */
  stop(): readonly Sample[];
}

export function startSampler(clock: () => number, read: () => Counters | undefined = readCounters): Sampler {
  const samples: Sample[] = [];
  let before = read();
  let beforeMs = clock();
  const take = (): void => {
    const atMs = clock();
    const now = read();
    if (now === undefined || atMs - beforeMs < shortestMs) return;
    if (before !== undefined) samples.push(sampleBetween(before, now, atMs, atMs - beforeMs));
    before = now;
    beforeMs = atMs;
  };
  const timer = setInterval(take, intervalMs).unref();
  return {
    stop: () => {
      clearInterval(timer);
      take();
      return samples;
    },
  };
}
