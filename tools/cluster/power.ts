// Stop and start a local cluster that exists: what is found decides, and one line says what was done.
import { UserError } from "../../lib/errors.ts";
import { duration } from "../terminal/duration.ts";
import { arm, describeTime, isOver } from "./expiry.ts";
import { heal } from "./facts.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { look, ours } from "./look.ts";
import type { Memory } from "./memory.ts";

const startSeconds = 300;

/** The memory of a cluster that can be stopped or started. Throws a UserError that says what is there instead. */
const existing = ({ host, store }: Lifecycle): Memory => {
  const memory = store.read();
  if (memory === undefined) throw new UserError("There is no cluster. Build it: npm start");
  const { name, phase, expires, creators } = memory;
  const [creator] = creators;
  if (phase === "expired" || isOver(memory, host.now()))
    throw new UserError(
      `The time to live of ${name} was over ${describeTime(expires ?? 0, host.now())} (cluster.ttl). Build it anew: npm start`,
    );
  if (phase === "removing")
    throw new UserError(`${name} is being removed, or an earlier removal was interrupted. Build it anew: npm start`);
  if (phase === "creating")
    throw new UserError(
      creator !== undefined && host.isRunning(creator, "tools/cluster.")
        ? `Process ${creator} is creating ${name} right now. Wait for it, then run this again.`
        : `The creation of ${name} was interrupted. Finish it: npm start`,
    );
  return memory;
};

const vanished = (name: string): UserError =>
  new UserError(`${name} is gone: it was deleted by hand. Build it anew, with everything in it: npm start`);

/** Stops the cluster and returns what to tell. Its data stays. Throws a UserError where there is none, or nobody can be asked. */
export const powerOff = async (lifecycle: Lifecycle): Promise<string> => {
  const { host, driver } = lifecycle;
  const memory = existing(lifecycle);
  const parts = ours(memory, await driver.parts());
  if (parts.length === 0) throw vanished(memory.name);
  const idle = parts.every(({ running, partly }) => !running && partly !== true);
  const expiry =
    memory.expires === undefined ? "" : `; its time to live still ends ${describeTime(memory.expires, host.now())}`;
  const resume = `Resume it: npm start, or npm run start:cluster${expiry}`;
  if (idle) return `${memory.name} is stopped already. ${resume}`;
  const started = host.now();
  await driver.stop(parts);
  return `${memory.name} is stopped after ${duration(host.now() - started)}; its data stays. ${resume}`;
};

/** Starts the cluster, waits until every node is Ready, and returns what to tell. */
export const powerOn = async (lifecycle: Lifecycle): Promise<string> => {
  const { host, store, driver, connect } = lifecycle;
  const { name } = existing(lifecycle);
  const started = host.now();
  const sight = await look(store, driver, connect);
  if (sight.problem) throw sight.problem;
  if (sight.state === "absent") throw vanished(name);
  arm(lifecycle);
  if (sight.state === "healthy") return `${name} runs already, and every node is Ready`;
  const action = sight.state === "stopped" ? "start" : "restart";
  if (await heal(lifecycle, { name, timeoutSeconds: startSeconds }, sight, action))
    return `${name} runs, and every node is Ready, after ${duration(host.now() - started)}`;
  throw new UserError(
    `${name} did not get ready within ${startSeconds} s. npm start restarts it, and replaces it if that does not help.`,
  );
};
