// The command line of local clusters: create, update and delete for the engine's Command (spec on stdin), stop, start and status for people, expire for the watchdog.
import { readFileSync } from "node:fs";
import type { ClusterSpec } from "../layers/cluster/spec.ts";
import { UserError } from "../lib/errors.ts";
import { expire } from "./cluster/expiry.ts";
import { create, ensure, type Lifecycle } from "./cluster/lifecycle.ts";
import { look } from "./cluster/look.ts";
import { type Memory, openStore } from "./cluster/memory.ts";
import { openLifecycle } from "./cluster/open.ts";
import { powerOff, powerOn } from "./cluster/power.ts";
import { remove, removeOtherKind } from "./cluster/removal.ts";
import { paths } from "./toolchain/paths.ts";

const usage =
  "tools/cluster.ts create|update|delete < spec.json, or tools/cluster.ts stop|start|status|remove|expire NAME";

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

const opener =
  (name: string) =>
  (kind: Memory["kind"]): Lifecycle =>
    openLifecycle(kind, name, say);

/** The cluster of a spec; one of another kind that is remembered under its name is removed first. */
const opened = async (spec: ClusterSpec): Promise<Lifecycle> => {
  const open = opener(spec.name);
  await removeOtherKind(spec.kind, openStore(paths().cluster(spec.name)), open, spec.timeoutSeconds);
  return open(spec.kind);
};

const remembered = (name: string | undefined): Lifecycle => {
  const memory = name === undefined ? undefined : openStore(paths().cluster(name)).read();
  if (!memory) throw new UserError(name === undefined ? usage : `strata remembers no cluster named ${name}.`);
  return openLifecycle(memory.kind, memory.name, say);
};

const removalSeconds = 300;

const main = async (action: string | undefined, name: string | undefined): Promise<unknown> => {
  switch (action) {
    case "create": {
      const spec = specFromStdin();
      return create(await opened(spec), spec);
    }
    case "update": {
      const spec = specFromStdin();
      return ensure(openLifecycle(spec.kind, spec.name, say), spec);
    }
    case "delete": {
      const spec = specFromStdin();
      return remove(await opened(spec), spec.timeoutSeconds);
    }
    case "remove":
      return remove(remembered(name), removalSeconds);
    case "expire":
      await expire(remembered(name), removalSeconds);
      return undefined;
    case "stop":
      say(await powerOff(remembered(name)));
      return undefined;
    case "start":
      say(await powerOn(remembered(name)));
      return undefined;
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
