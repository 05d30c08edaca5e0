import { afterEach, describe, expect, test, vi } from "vitest";
import { type Counters, parseDiskstats, parseMeminfo, parseStat } from "../../../../tools/report/host.ts";
import { fingerprint } from "../../../../tools/report/machine.ts";
import { sampleBetween, startSampler } from "../../../../tools/report/sampler.ts";

describe("counters of the kernel", () => {
  test("busy time is all but idle and waiting for the disk", () => {
    expect(parseStat("cpu  100 10 50 800 40 0 5 5 99 0\ncpu0 1 1 1 1\n")).toEqual({ busyTicks: 170, totalTicks: 1010 });
  });

  test("memory in use is what no program could get", () => {
    expect(parseMeminfo("MemTotal:       1000 kB\nMemFree:  10 kB\nMemAvailable:    400 kB\n")).toBe(600 * 1024);
  });

  test("whole disks only", () => {
    const text = [
      " 259       0 nvme0n1 10 0 100 5 10 0 200 5 0 0 0",
      " 259       1 nvme0n1p1 10 0 100 5 10 0 200 5 0 0 0",
      "   7       0 loop0 10 0 100 5 10 0 200 5 0 0 0",
      " 253       0 dm-0 10 0 100 5 10 0 200 5 0 0 0",
    ].join("\n");
    const isDisk = (name: string): boolean => name !== "nvme0n1p1";
    expect(parseDiskstats(text, isDisk)).toEqual({ readBytes: 51_200, writtenBytes: 102_400 });
  });
});

const counters = (n: number): Counters => ({
  busyTicks: 30 * n,
  totalTicks: 100 * n,
  memoryUsedBytes: n,
  readBytes: 1000 * n,
  writtenBytes: 0,
});

describe("samples", () => {
  afterEach(() => vi.useRealTimers());

  test("rates are per second, whatever the interval", () => {
    expect(sampleBetween(counters(1), counters(2), 2500.4, 500)).toEqual({
      atMs: 2500,
      cpuPercent: 30,
      memoryUsedBytes: 2,
      diskReadBytesPerSecond: 2000,
      diskWriteBytesPerSecond: 0,
    });
  });

  test("counters that start anew are no negative load", () => {
    expect(sampleBetween(counters(2), counters(1), 1000, 1000)).toMatchObject({
      diskReadBytesPerSecond: 0,
      cpuPercent: 0,
    });
  });

  test("one a second and one at the end, but none of a too short rest", () => {
    vi.useFakeTimers();
    let now = 0;
    let reads = 0;
    const sampler = startSampler(
      () => now,
      () => counters(reads++),
    );
    for (const at of [1000, 2000]) {
      now = at;
      vi.advanceTimersByTime(1000);
    }
    now = 2100;
    expect(sampler.stop().map(({ atMs }) => atMs)).toEqual([1000, 2000]);
    const another = startSampler(
      () => now,
      () => counters(reads++),
    );
    now = 2600;
    expect(another.stop().map(({ atMs }) => atMs)).toEqual([2600]);
  });

  test("a host that tells nothing has no samples", () => {
    expect(
      startSampler(
        () => 0,
        () => undefined,
      ).stop(),
    ).toEqual([]);
  });
});

describe("fingerprint", () => {
  const speed = { os: "linux", arch: "x64", cpu: "c", cores: 4, memoryBytes: 16 * 2 ** 30 };

  test("tells machines of different speed apart, and not two boots of one", () => {
    expect(fingerprint({ ...speed, memoryBytes: speed.memoryBytes - 2 ** 20 })).toBe(fingerprint(speed));
    expect(fingerprint({ ...speed, cores: 8 })).not.toBe(fingerprint(speed));
    expect(fingerprint(speed)).toMatch(/^[0-9a-f]{12}$/);
  });
});
