// The command line of images: pull onto the host, load into the nodes. The request comes on standard input, the result goes to standard output.
import { readFileSync } from "node:fs";
import type { ImageRequest, LoadRequest } from "../layers/cluster/images/request.ts";
import { UserError } from "../lib/errors.ts";
import { acquire } from "./image/acquire.ts";
import { load } from "./image/load.ts";
import { type Machine, openDocker, realMachine } from "./image/machine.ts";

const usage = "tools/image.ts pull|load < request.json";

/** Progress goes to standard error; standard output is the result. */
const machine: Machine = realMachine((line) => process.stderr.write(`${line}\n`));

const fromStdin = <T>(): T => {
  try {
    return JSON.parse(readFileSync(0, "utf8")) as T;
  } catch {
    throw new UserError(`No request on standard input. ${usage}`);
  }
};

const main = async (verb: string | undefined): Promise<{ readonly source: string; readonly bytes: number }> => {
  if (verb !== "pull" && verb !== "load") throw new UserError(`Usage: ${usage}`);
  const docker = openDocker(machine);
  if (verb === "load") return load(machine, docker, fromStdin<LoadRequest>());
  const { source, bytes } = await acquire(machine, docker, fromStdin<ImageRequest>());
  return { source, bytes };
};

const started = machine.now();
try {
  const { source, bytes } = await main(process.argv[2]);
  const seconds = Math.round((machine.now() - started) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ source, bytes, seconds })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof UserError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
