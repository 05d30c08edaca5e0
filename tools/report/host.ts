// What the host does, from the kernel's own counters: pure readers of /proc, and the counters of this moment.
import { existsSync, readFileSync } from "node:fs";
import { cpus, freemem, totalmem } from "node:os";

/** Counters that only grow, but for the memory. */
export interface Counters {
  readonly busyTicks: number;
  readonly totalTicks: number;
  readonly memoryUsedBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** First line of /proc/stat: all cores together. Time of guests is part of user and nice already. */
export function parseStat(text: string): Pick<Counters, "busyTicks" | "totalTicks"> {
  const [, ...fields] = (text.split("\n", 1)[0] ?? "").trim().split(/\s+/).map(Number);
  const totalTicks = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  const [, , , idle = 0, iowait = 0] = fields;
  return { busyTicks: totalTicks - idle - iowait, totalTicks };
}

export function parseMeminfo(text: string): number {
  const value = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
  return Math.max(0, value("MemTotal") - value("MemAvailable"));
}

const sectorBytes = 512;

/** Whole disks of /proc/diskstats: their partitions, and what lies on top of them, would count the same bytes again. */
export function parseDiskstats(
  text: string,
  isDisk: (name: string) => boolean,
): Pick<Counters, "readBytes" | "writtenBytes"> {
  let [readBytes, writtenBytes] = [0, 0];
  for (const line of text.split("\n")) {
    const [, , name = "", , , read = "0", , , , written = "0"] = line.trim().split(/\s+/);
    if (name === "" || /^(loop|ram|zram|dm-|md|sr|fd)\d/.test(name) || !isDisk(name)) continue;
    readBytes += Number(read) * sectorBytes;
    writtenBytes += Number(written) * sectorBytes;
  }
  return { readBytes, writtenBytes };
}

const disks = new Map<string, boolean>();
const isDisk = (name: string): boolean => {
  const known = disks.get(name) ?? existsSync(`/sys/block/${name}`);
  disks.set(name, known);
  return known;
};

/** Undefined where the system tells none of it. */
export function readCounters(): Counters | undefined {
  try {
    if (process.platform !== "linux") {
      const times = cpus().map(({ times }) => times);
      const totalTicks = times.reduce((sum, t) => sum + t.user + t.nice + t.sys + t.irq + t.idle, 0);
      const busyTicks = totalTicks - times.reduce((sum, { idle }) => sum + idle, 0);
      return { busyTicks, totalTicks, memoryUsedBytes: totalmem() - freemem(), readBytes: 0, writtenBytes: 0 };
    }
    return {
      ...parseStat(readFileSync("/proc/stat", "utf8")),
      memoryUsedBytes: parseMeminfo(readFileSync("/proc/meminfo", "utf8")),
      ...parseDiskstats(readFileSync("/proc/diskstats", "utf8"), isDisk),
    };
  } catch {
    return undefined;
  }
}
