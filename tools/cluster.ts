// The command line of local clusters: create, update and delete for the engine's Command (spec on stdin), stop, start and status for people.
import { readFileSync } from "node:fs";
import type { ClusterSpec } from "../layers/cluster/spec.ts";
import { UserError } from "../lib/errors.ts";
import { create, ensure, remove, start, stop } from "./cluster/lifecycle.ts";
import { look } from "./cluster/look.ts";
import { openStore } from "./cluster/memory.ts";
import { openLifecycle } from "./cluster/open.ts";
import { paths } from "./toolchain/paths.ts";

const usage = "tools/cluster.ts create|update|delete < spec.json, or tools/cluster.ts stop|start|status|remove NAME";

/** Progress goes to standard error; standard output is the result. */
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const specFromStdin = (): ClusterSpec => {
  const text = readFileSync(0, "utf8");
  try {
    return JSON.parse(text) as ClusterSpec;
  } catch {
    throw new UserError(`No cluster on standard input. ${usage}`);
  }
};

const remembered = (name: string | undefined) => {
  const memory = name === undefined ? undefined : openStore(paths().cluster(name)).read();
  if (!memory) throw new UserError(name === undefined ? usage : `strata remembers no cluster named ${name}.`);
  return openLifecycle(memory.kind, memory.name, say);
};

const startSeconds = 300;

const main = async (action: string | undefined, name: string | undefined): Promise<unknown> => {
  switch (action) {
    case "create":
    case "update": {
      const spec = specFromStdin();
      const lifecycle = openLifecycle(spec.kind, spec.name, say);
      return action === "create" ? create(lifecycle, spec) : ensure(lifecycle, spec);
    }
    case "delete": {
      const spec = specFromStdin();
      return remove(openLifecycle(spec.kind, spec.name, say), spec.timeoutSeconds);
    }
    case "remove":
      return remove(remembered(name), startSeconds);
    case "stop":
      return stop(remembered(name));
    case "start": {
      const lifecycle = remembered(name);
      const sight = await look(lifecycle.store, lifecycle.driver, lifecycle.connect);
      if (sight.problem) throw sight.problem;
      if (sight.state === "healthy") return undefined;
      if (!(await start(lifecycle, sight.parts, startSeconds)))
        throw new UserError(
          `${name} did not get ready within ${startSeconds} s. The next up will restart or replace it.`,
        );
      return undefined;
    }
    case "status": {
      const lifecycle = remembered(name);
      const { state } = await look(lifecycle.store, lifecycle.driver, lifecycle.connect);
      return { name, state };
    }
    default:
      throw new UserError(usage);
  }
};

try {
  const result = await main(process.argv[2], process.argv[3]);
  if (result !== undefined) process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof UserError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
