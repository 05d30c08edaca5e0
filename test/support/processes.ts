// Processes by what their command line holds or whose children they are, and how to stop them.
import { readdirSync, readFileSync } from "node:fs";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const read = (pid: number): Process | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    // A zombie is gone already, though its parent has not looked yet.
    if (stat[0] === "Z") return undefined;
    return {
      pid,
      parent: Number(stat[1]),
      command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "),
    };
  } catch {
    return undefined;
  }
};

export const processes = (): Process[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);

const environment = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
};

/** Processes whose command line or environment holds the path of a test's own folder: so nobody else's is ever touched. */
export const having = (folder: string): Process[] =>
  processes().filter(
    ({ pid, command }) => pid !== process.pid && (command.includes(folder) || environment(pid).includes(folder)),
  );

/** A process and everything below it, as it is now. */
export const treeOf = (root: number): Process[] => {
  const all = processes();
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
};

export const signal = (pids: Iterable<number>, name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It is gone already.
    }
  }
};
