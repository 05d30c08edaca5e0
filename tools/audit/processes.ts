// Command lines of running processes, which every user of a machine may read.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { capture } from "../terminal/process.ts";
import { type Source, textSource } from "./files.ts";

const fromProc = (): readonly Source[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [textSource(`process ${pid}`, readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "))];
      } catch {
        return []; // It ended.
      }
    });

export async function processSources(): Promise<readonly Source[]> {
  if (existsSync("/proc/self/cmdline")) return fromProc();
  const { stdout } = await capture("ps", ["-axww", "-o", "pid=,command="], { timeoutMs: 10_000 });
  return stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => textSource(`process ${/\d+/.exec(line)?.[0] ?? ""}`, line));
}
