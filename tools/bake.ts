// `npm run bake [stack]`: makes the node image with the stack's images inside; `npm start` does it in the background.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { clusterName, clusterSpec, kindNodeNames } from "../layers/cluster/spec.ts";
import { UserError } from "../lib/errors.ts";
import { parseCommand } from "./command.ts";
import { configOf } from "./doctor/gather.ts";
import { bake } from "./image/bake.ts";
import { openDocker, realMachine } from "./image/machine.ts";
import { duration } from "./terminal/duration.ts";
import { repository } from "./toolchain/paths.ts";

export async function main(args: readonly string[]): Promise<number> {
  const { stack } = parseCommand(args);
  const config = configOf(stack, undefined);
  const spec = clusterSpec(stack, config.cluster, config.images, 0);
  if (spec?.kind !== "kind")
    throw new UserError(
      `Only a kind cluster has node images to bake into, and ${stack} is on a cluster of kind ${config.cluster.kind}.`,
    );
  const name = clusterName(stack, config.cluster);
  const machine = realMachine((line) => console.log(line));
  const started = Date.now();
  const [node = ""] = kindNodeNames(name, 0);
  const done = await bake(machine, openDocker(machine), {
    cluster: name,
    node,
    nodeImage: spec.nodeImage.reference,
  });
  console.log(
    done === "made"
      ? `Baked the images of ${name} into a node image in ${duration(Date.now() - started)}: its next creation starts with them`
      : `The baked node image of ${name} is up to date`,
  );
  return 0;
}

/** Starts `npm run bake` for a stack and does not wait; what it says goes to bake.log in `folder`. */
export const bakeInBackground = (stack: string, folder: string): void => {
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, "bake.log"), "w");
  // Lowest priority: it must not slow the first minutes with the platform.
  const child = spawn("nice", ["-n", "19", process.execPath, join(repository, "tools", "run.mjs"), "bake", stack], {
    cwd: repository,
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.on("error", () => undefined);
  child.unref();
  closeSync(log);
};
