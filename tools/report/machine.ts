// The machine that a run was on: what makes two of them alike in speed, and nothing that names it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { RunRecord } from "./record.ts";

export type Machine = RunRecord["machine"];

type Speed = Pick<Machine, "os" | "arch" | "cpu" | "cores" | "memoryBytes">;

/** Memory counts in whole GiB: what the firmware keeps differs from boot to boot. */
export const fingerprint = ({ os, arch, cpu, cores, memoryBytes }: Speed): string =>
  createHash("sha256")
    .update(JSON.stringify([os, arch, cpu, cores, Math.round(memoryBytes / 2 ** 30)]))
    .digest("hex")
    .slice(0, 12);

const isWsl = (): boolean => {
  try {
    return /microsoft/i.test(readFileSync("/proc/version", "utf8"));
  } catch {
    return false;
  }
};

export function machine(): Machine {
  const cores = cpus();
  const speed: Speed = {
    os: process.platform,
    arch: process.arch,
    cpu: cores[0]?.model.trim() ?? "unknown",
    cores: cores.length,
    memoryBytes: totalmem(),
  };
  return { fingerprint: fingerprint(speed), ...speed, wsl: isWsl() };
}
