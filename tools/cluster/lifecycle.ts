// Create, ensure, start, stop and delete a local cluster, whatever its kind: each ends in the wanted state from any state it may find.

import type { ClusterSpec } from "../../layers/cluster/spec.ts";
import type { LocalKind } from "../../lib/cluster-kinds.ts";
import { UserError } from "../../lib/errors.ts";
import { type Api, apiHealth, isPristine } from "./api.ts";
import type { Driver, Part } from "./driver.ts";
import { arm, withDeadline } from "./expiry.ts";
import type { Host } from "./host.ts";
import { simulatedObjects } from "./kwok-objects.ts";
import { look, ours } from "./look.ts";
import type { Memory, Store } from "./memory.ts";
import { waitForCreator, waitForRemover } from "./turns.ts";

export interface Lifecycle {
  readonly host: Host;
  readonly store: Store;
  readonly driver: Driver;
  readonly connect: (kubeconfig: string) => Api;
}

/** What a creation hands back to the program. */
export interface ClusterOutput {
  readonly name: string;
  readonly incarnation: number;
  readonly kubeconfig: string;
}

const seconds = (count: number): number => count * 1000;

/** Waits until the API server says it is ready, or every node too. */
const waitFor = async (
  { host, connect, driver }: Lifecycle,
  kubeconfig: string,
  wanted: "ready" | "healthy",
  timeoutSeconds: number,
): Promise<boolean> => {
  const api = connect(kubeconfig);
  const deadline = host.now() + seconds(timeoutSeconds);
  for (;;) {
    const health = await apiHealth(api);
    if (health === "healthy" || health === wanted) return driver.seemsComplete();
    // Whatever died does not come back by waiting.
    if (!driver.seemsComplete()) return false;
    if (host.now() >= deadline) return false;
    await host.sleep(250);
  }
};

/** Nodes, storage class and volumes that kind has and a simulated cluster has not. */
const furnish = async ({ connect }: Lifecycle, spec: ClusterSpec, kubeconfig: string): Promise<void> => {
  if (spec.kind !== "kwok") return;
  const api = connect(kubeconfig);
  const replies = await Promise.all(
    simulatedObjects(spec.nodes).map(async ({ path, body }) => {
      const reply = await api.call("POST", path, { body, timeoutMs: 20_000 });
      return { path, reply };
    }),
  );
  const failed = replies.find(({ reply }) => reply?.status !== 201 && reply?.status !== 409);
  if (failed)
    throw new UserError(
      `The embedded cluster ${spec.name} refused ${failed.path}: ${failed.reply?.body ?? "no answer"}`,
    );
};

/** Builds the cluster and waits for its API server. A port that another program takes in that moment is no reason to give up. */
const raise = async (
  lifecycle: Lifecycle,
  spec: ClusterSpec,
  onStart: (pid: number) => void,
  attemptsLeft = 2,
): Promise<string> => {
  const { store, driver, host } = lifecycle;
  const kubeconfig = await driver.build(spec, onStart);
  store.writeKubeconfig(kubeconfig);
  if (await waitFor(lifecycle, kubeconfig, "ready", spec.timeoutSeconds)) return kubeconfig;
  const trouble = await driver.trouble().catch(() => "");
  if (attemptsLeft > 0 && trouble.includes("address already in use")) {
    host.say(`Another program took a port of ${spec.name} in that moment: starting it once more`);
    await driver.remove();
    return raise(lifecycle, spec, onStart, attemptsLeft - 1);
  }
  const what = driver.seemsComplete()
    ? `The API server of ${spec.name} was not ready within ${spec.timeoutSeconds} s (cluster.timeoutSeconds).`
    : `A process of ${spec.name} ended right after its start.`;
  throw new UserError(`${what}\n${trouble}`);
};

const build = async (lifecycle: Lifecycle, spec: ClusterSpec): Promise<ClusterOutput> => {
  const { store, driver, host } = lifecycle;
  const { kind, name, incarnation, hash } = spec;
  const memory: Memory = { kind, name, incarnation, hash, phase: "creating", nodes: [], creators: [process.pid] };
  store.write(memory);
  const abandon = async (): Promise<void> => {
    await driver.remove().catch(() => {});
    store.forget();
  };
  try {
    const kubeconfig = await raise(lifecycle, spec, (pid) => store.write({ ...memory, creators: [process.pid, pid] }));
    await furnish(lifecycle, spec, kubeconfig);
    const parts = await driver.startOrder(await driver.parts());
    const [nodes, volumes] = [parts.map((part) => part.id), await driver.volumes(parts)];
    const finished: Memory = { ...memory, phase: "ready", nodes, creators: [], ...(volumes.length > 0 && { volumes }) };
    store.write(withDeadline(finished, spec, host.now()));
    arm(lifecycle);
    host.say(`Cluster ${name} answers`);
    return { name, incarnation, kubeconfig };
  } catch (error) {
    await abandon();
    throw error;
  }
};

/** The cluster that is there, where it is the wanted one, well, and empty: what a killed run finished without knowing. */
const adoptable = async (
  lifecycle: Lifecycle,
  spec: ClusterSpec,
  parts: readonly Part[],
): Promise<ClusterOutput | undefined> => {
  const { store, connect, host } = lifecycle;
  const memory = store.read();
  const kubeconfig = store.kubeconfig();
  if (memory?.phase !== "ready" || memory.hash !== spec.hash || kubeconfig === undefined) return undefined;
  if (ours(memory, parts).length !== memory.nodes.length) return undefined;
  const api = connect(kubeconfig);
  if ((await apiHealth(api)) === "silent" || !(await isPristine(api))) return undefined;
  store.write(withDeadline({ ...memory, incarnation: spec.incarnation }, spec, host.now()));
  arm(lifecycle);
  return { name: spec.name, incarnation: spec.incarnation, kubeconfig };
};

const deletion: Readonly<Record<LocalKind, (name: string) => string>> = {
  kind: (name) => `kind delete cluster --name ${name}`,
  k3d: (name) => `k3d cluster delete ${name}`,
  kwok: (name) => `kwokctl delete cluster --name ${name}`,
};

/** A cluster in the way: strata neither uses nor deletes what it did not make. */
export const foreignCluster = ({ kind, name }: Pick<ClusterSpec, "kind" | "name">, parts: readonly Part[]): UserError =>
  new UserError(
    `A ${kind} cluster named ${name} exists that strata did not make (${parts.map((part) => part.name).join(", ")}).\n` +
      `Delete it (${deletion[kind](name)}), or give this stack another one: cluster.name in the stack file.`,
  );

/**
 * Makes the cluster. A leftover of a killed run is removed first; one that has nothing in it is taken over.
 *
 * @throws UserError for a cluster of that name that strata did not make.
 */
export const create = async (lifecycle: Lifecycle, spec: ClusterSpec): Promise<ClusterOutput> => {
  const { store, driver, host } = lifecycle;
  await waitForCreator(lifecycle, spec.timeoutSeconds);
  await waitForRemover(lifecycle, spec.timeoutSeconds);
  const memory = store.read();
  const parts = await driver.parts();
  if (parts.length > 0) {
    const known = memory?.phase === "creating" || (memory !== undefined && ours(memory, parts).length > 0);
    if (!known) throw foreignCluster(spec, parts);
    const adopted = await adoptable(lifecycle, spec, parts);
    if (adopted) return adopted;
    host.say(`Removing what an earlier run left of ${spec.name}`);
  }
  // Also where nothing runs any more: an interrupted removal leaves files and volumes.
  if (parts.length > 0 || memory?.phase === "removing") await driver.remove(memory?.volumes ?? []);
  return build(lifecycle, spec);
};

/** Starts the parts that do not run, and waits. Returns whether the cluster is healthy now. */
export const start = async (lifecycle: Lifecycle, parts: readonly Part[], timeoutSeconds: number): Promise<boolean> => {
  const { store, driver } = lifecycle;
  const kubeconfig = store.kubeconfig();
  if (kubeconfig === undefined) return false;
  await driver.start(parts);
  return waitFor(lifecycle, kubeconfig, "healthy", timeoutSeconds);
};

/** Everything off and on again. */
export const restart = async (
  lifecycle: Lifecycle,
  parts: readonly Part[],
  timeoutSeconds: number,
): Promise<boolean> => {
  await lifecycle.driver.stop(parts);
  return start(lifecycle, parts, timeoutSeconds);
};

/** Waits for a cluster that is on its way up by itself, as after a reboot. */
export const settles = async (lifecycle: Lifecycle, timeoutSeconds: number): Promise<boolean> => {
  const kubeconfig = lifecycle.store.kubeconfig();
  return kubeconfig !== undefined && waitFor(lifecycle, kubeconfig, "healthy", timeoutSeconds);
};

/** An update in place: nothing of the cluster itself may change, but it has to run. */
export const ensure = async (lifecycle: Lifecycle, spec: ClusterSpec): Promise<ClusterOutput> => {
  const { store, driver, connect, host } = lifecycle;
  const sight = await look(store, driver, connect);
  const memory = store.read();
  const kubeconfig = store.kubeconfig();
  if (sight.problem) throw sight.problem;
  if (!memory || kubeconfig === undefined || sight.state === "absent")
    throw new UserError(
      `The cluster ${spec.name} vanished while the program ran. Run this again: it will be built anew.`,
    );
  if (sight.state === "stopped") await start(lifecycle, sight.parts, spec.timeoutSeconds);
  store.write(withDeadline({ ...memory, incarnation: spec.incarnation }, spec, host.now()));
  arm(lifecycle);
  return { name: spec.name, incarnation: spec.incarnation, kubeconfig };
};

export const stop = async (lifecycle: Lifecycle): Promise<void> => {
  const memory = lifecycle.store.read();
  if (memory) await lifecycle.driver.stop(ours(memory, await lifecycle.driver.parts()));
};
