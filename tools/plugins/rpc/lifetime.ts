// A plugin's life: it ends with its engine, and says once per run that it is the offline one.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Ends this process when the engine is gone: a plugin of a killed run would go on changing the cluster beside the next run. */
export const endWithParent = (beforeExit: () => void): void => {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    beforeExit();
    process.exit(1);
  }, 500).unref();
  // How the engine ends its plugins when a run is over. The user's Ctrl-C does not come here: it arrives as Cancel.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      beforeExit();
      process.exit(0);
    });
  }
};

/** Names the engine's process so that a recycled process id is not taken for the same run. */
const run = (): string => {
  try {
    const started = readFileSync(`/proc/${process.ppid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[19];
    return `${process.ppid} ${started}`;
  } catch {
    try {
      return `${process.ppid} ${execFileSync("ps", ["-o", "lstart=", "-p", String(process.ppid)], { encoding: "utf8" }).trim()}`;
    } catch {
      return String(process.ppid);
    }
  }
};

/** True for the first plugin process of its kind in this run of the engine. */
export const firstOfRun = (): boolean => {
  const file = join(dirname(process.argv[1] ?? "."), "announced");
  const current = run();
  try {
    if (readFileSync(file, "utf8") === current) return false;
  } catch {
    // Not announced yet.
  }
  try {
    writeFileSync(file, current);
  } catch {
    return false;
  }
  return true;
};
