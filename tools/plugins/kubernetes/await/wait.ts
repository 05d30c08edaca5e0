// Waits until an object is ready or gone: short polls that grow, ended at once by a cancel.
import { at, listAt, stringAt } from "../../rpc/values.ts";
import { type Cluster, placeOf } from "../cluster.ts";
import { NoSuchKind } from "../discovery.ts";
import { annotation, annotations, identityOf, type KubeObject, nameOf, namespaceOf, uidOf } from "../object.ts";
import { failureDetails, problemsOfPods } from "./details.ts";
import { backends, evaluate, type Related } from "./rules.ts";

/** The object exists, but is not ready. */
export class NotReady extends Error {
  override readonly name = "NotReady";
  readonly object: KubeObject;
  readonly reasons: readonly string[];

  constructor(message: string, object: KubeObject, reasons: readonly string[]) {
    super([message, ...reasons].join("\n\t* "));
    this.object = object;
    this.reasons = reasons;
  }
}

export interface Wait {
  readonly cluster: Cluster;
  readonly inputs: KubeObject;
  /** Of customTimeouts; 0: the annotation's or the default. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Shown beside the resource while it waits. */
  readonly status: (text: string) => void;
}

const defaultTimeoutSeconds = 600;
const problemsEveryMs = 10_000;
/** An API server that is silent for so long is not restarting: the rest of the time would tell nothing. */
const silenceMs = 120_000;

const firstMs = 100;
const firstForMs = 1_000;
const fastMs = 250;
const fastForMs = 15_000;
const slowMs = 1_000;

/** Time until the next look, by the time waited so far. */
export const interval = (waitedMs: number): number => {
  if (waitedMs < firstForMs) return firstMs;
  return waitedMs < fastForMs ? fastMs : Math.min(slowMs, fastMs * 1.25 ** ((waitedMs - fastForMs) / slowMs));
};

export const timeoutOf = (inputs: KubeObject, customSeconds: number): number => {
  if (customSeconds > 0) return customSeconds;
  const annotated = Number(annotation(inputs, annotations.timeoutSeconds));
  return Number.isFinite(annotated) && annotated > 0 ? annotated : defaultTimeoutSeconds;
};

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });

const endpointsOf = async (cluster: Cluster, object: KubeObject, services: readonly string[]) => {
  const slices = await cluster.list(`/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(object)}/endpointslices`);
  const count = (service: string): number =>
    slices
      .filter((slice) => stringAt(slice, "metadata", "labels", "kubernetes.io/service-name") === service)
      .flatMap((slice) => listAt(slice, "endpoints"))
      .filter((endpoint) => at(endpoint, "conditions", "ready") === true).length;
  return Object.fromEntries(services.map((service) => [service, count(service)]));
};

const relatedTo = async (cluster: Cluster, object: KubeObject): Promise<Related> => {
  const { group, kind } = identityOf(object);
  if (group === "" && kind === "Service") return { endpoints: await endpointsOf(cluster, object, [nameOf(object)]) };
  if (kind === "Ingress") return { endpoints: await endpointsOf(cluster, object, backends(object)) };
  const name = stringAt(object, "spec", "storageClassName");
  if (group !== "" || kind !== "PersistentVolumeClaim" || !name) return {};
  const identity = { group: "storage.k8s.io", version: "v1", kind: "StorageClass" };
  const storageClass = await cluster.get({ identity, namespace: "", name });
  return { bindingMode: stringAt(storageClass, "volumeBindingMode") ?? "Immediate" };
};

/** One look, for a refresh: throws NotReady if the object is not ready now. */
export const checkReady = async (cluster: Cluster, object: KubeObject, inputs: KubeObject): Promise<void> => {
  const verdict = evaluate(object, await relatedTo(cluster, object).catch(() => ({})), inputs);
  if (verdict.state === "ready") return;
  const reasons = [...verdict.reasons, ...(await failureDetails(cluster, object))];
  throw new NotReady(`Resource '${nameOf(object)}' was created but failed to initialize`, object, reasons);
};

/** The object as it was when it became ready. Throws NotReady on failure, timeout or cancel. */
export const untilReady = async (created: KubeObject, wait: Wait, update: boolean): Promise<KubeObject> => {
  const { cluster, inputs, signal } = wait;
  const started = performance.now();
  const deadline = started + timeoutOf(inputs, wait.timeoutSeconds) * 1000;
  let object = created;
  let missing: readonly string[] = [];
  let nextProblems = started + problemsEveryMs;
  let heard = started;
  let silence: readonly string[] = [];
  let shown = "";
  const show = (text: string): void => {
    if (text !== shown) wait.status(text);
    shown = text;
  };
  for (;;) {
    try {
      const verdict = evaluate(object, { ...(await relatedTo(cluster, object)), update }, inputs);
      if (verdict.state === "ready") {
        if (shown !== "") wait.status("");
        return object;
      }
      missing = verdict.reasons;
      if (verdict.state === "failed") {
        const details = await failureDetails(cluster, object);
        throw new NotReady(`Resource '${nameOf(object)}' was created but failed to initialize`, object, [
          ...missing,
          ...details,
        ]);
      }
      show(verdict.status);
      if (performance.now() > nextProblems) {
        nextProblems = performance.now() + problemsEveryMs;
        for (const problem of await problemsOfPods(cluster, object)) show(problem);
      }
    } catch (error) {
      if (error instanceof NotReady) throw error;
      // A restarting API server is no reason to give up before the time is over.
      show(`Waiting for the API server: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (silence.length > 0 && performance.now() - heard > silenceMs)
      throw new NotReady(`'${nameOf(object)}' can't be waited for any longer`, object, [...missing, ...silence]);
    if (performance.now() > deadline) {
      const details = await failureDetails(cluster, object);
      const reasons = [...missing, ...details, ...silence];
      throw new NotReady(`'${nameOf(object)}' timed out waiting to be Ready`, object, reasons);
    }
    await sleep(Math.min(interval(performance.now() - started), Math.max(1, deadline - performance.now())), signal);
    if (signal.aborted) throw new NotReady(`Resource operation was cancelled for "${nameOf(object)}"`, object, missing);
    let live: KubeObject | undefined = object;
    try {
      live = await cluster.get(placeOf(object));
      heard = performance.now();
      silence = [];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      show(`Waiting for the API server: ${message}`);
      silence = [`the API server does not answer: ${message}`];
    }
    if (!live || uidOf(live) !== uidOf(created)) {
      throw new NotReady(`Resource '${nameOf(object)}' was deleted while it was waited for`, object, missing);
    }
    object = live;
  }
};

/** Returns when the object is gone, or another one has its name. */
export const untilGone = async (deleted: KubeObject, wait: Wait): Promise<void> => {
  const { cluster, inputs, signal } = wait;
  const started = performance.now();
  const seconds = timeoutOf(inputs, wait.timeoutSeconds);
  let shown: string | undefined;
  for (;;) {
    const live = await cluster.get(placeOf(deleted)).catch((error: unknown) => {
      // With its definition every custom object went too.
      return error instanceof NoSuchKind ? undefined : deleted;
    });
    if (!live || (uidOf(deleted) !== "" && uidOf(live) !== uidOf(deleted))) return;
    const finalizers = listAt(live, "metadata", "finalizers").join(", ");
    const why = finalizers === "" ? "" : ` (finalizers: ${finalizers})`;
    if (signal.aborted) throw new Error(`Resource operation was cancelled for "${nameOf(deleted)}"`);
    if (performance.now() - started > seconds * 1000) {
      const conditions = listAt(live, "status", "conditions").flatMap((entry) => stringAt(entry, "message") ?? []);
      throw new Error(
        [`'${nameOf(deleted)}' timed out waiting to be deleted after ${seconds} s${why}`, ...conditions].join("\n\t* "),
      );
    }
    if (why !== shown) wait.status(`Waiting for deletion${why}`);
    shown = why;
    await sleep(interval(performance.now() - started), signal);
  }
};
