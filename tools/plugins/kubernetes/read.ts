// Read and delete as the engine asks for them, also where the cluster is gone.
import type { DeleteRequest, ReadRequest, ReadResult } from "../rpc/provider.ts";
import { isObject, listAt, type Properties, plainObject, stringAt } from "../rpc/values.ts";
import { isAwaited, isCheckedOnRead } from "./await/rules.ts";
import { checkReady, untilGone } from "./await/wait.ts";
import { checkpoint, parseCheckpoint, statedApiVersion, withSecrets } from "./checkpoint.ts";
import { isNotFound } from "./client.ts";
import { placeOf } from "./cluster.ts";
import { type Context, deleteUnreachable, readUnreachable } from "./context.ts";
import { NoSuchKind } from "./discovery.ts";
import { fieldManager } from "./field-managers.ts";
import { inputsOfLive, liveInputs } from "./live.ts";
import { normalize, underscored } from "./normalize.ts";
import {
  annotation,
  annotations,
  hasAnnotation,
  identityOf,
  identityOfType,
  idOf,
  type KubeObject,
  namespaceOf,
  parseId,
} from "./object.ts";
import { partial } from "./write.ts";

/** Kinds whose skipAwait annotation also covers deletion, as with the official plugin. */
const skipsDeletion: ReadonlySet<string> = new Set([
  "/Namespace",
  "/Pod",
  "/ReplicationController",
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
]);

export const readResource = async (context: Context, request: ReadRequest): Promise<ReadResult> => {
  const { cluster, unreachable } = await context.connection.reach();
  if (!cluster) return readUnreachable(context, request, unreachable);
  const old = parseCheckpoint(request.properties);
  const oldInputs = normalize(plainObject(request.inputs));
  const first = Object.keys(oldInputs).length === 0 && Object.keys(old.live).length === 0;
  const source = [oldInputs, old.live].find((object) => stringAt(object, "kind") !== undefined);
  const identity = source ? identityOf(source) : identityOfType(request.type);
  const { namespace, name } = parseId(request.id);
  let live: KubeObject | undefined;
  try {
    live = await cluster.get({
      identity,
      namespace: namespace || namespaceOf(oldInputs) || context.connection.namespace,
      name,
    });
  } catch (error) {
    if (!(error instanceof NoSuchKind)) throw error;
  }
  if (!live) return undefined;
  const inputs = first ? inputsOfLive(live) : liveInputs(oldInputs, live);
  const marked = first ? {} : request.inputs;
  const state = (object: KubeObject): Properties =>
    checkpoint({
      live: object,
      inputs,
      marked,
      initialApiVersion: old.initialApiVersion ?? statedApiVersion(inputs),
      fieldManager: fieldManager(request.urn, inputs, old.fieldManager),
    });
  const markedInputs = withSecrets(underscored(inputs), marked);
  if (!first && isAwaited(oldInputs) && isCheckedOnRead(live)) {
    await checkReady(cluster, live, oldInputs).catch((error: unknown) => {
      throw partial(error, "", live, state, markedInputs);
    });
  }
  return { id: request.id || idOf(live), properties: state(live), inputs: markedInputs };
};

export const deleteResource = async (context: Context, request: DeleteRequest): Promise<void> => {
  const { live, inputs } = parseCheckpoint(request.properties);
  const { cluster, unreachable } = await context.connection.reach();
  if (!cluster) return deleteUnreachable(context, request, unreachable);
  const { name } = parseId(request.id);
  const place = { ...placeOf(live), name };
  const policy = annotation(inputs, annotations.deletionPropagation)?.toLowerCase();
  try {
    await cluster.delete(place, policy === "orphan" ? "Orphan" : policy === "background" ? "Background" : "Foreground");
  } catch (error) {
    // Gone already, by hand or with its definition: what was asked for.
    if (isNotFound(error) || error instanceof NoSuchKind) return;
    throw error;
  }
  const key = `${place.identity.group}/${place.identity.kind}`;
  if (hasAnnotation(inputs, annotations.skipAwait) && skipsDeletion.has(key)) return;
  await untilGone(live, {
    cluster,
    inputs,
    timeoutSeconds: request.timeoutSeconds,
    signal: context.signal,
    status: (text) => context.log.status(text, request.urn),
  });
  if (key === "apiextensions.k8s.io/CustomResourceDefinition") {
    const names = listAt(live, "spec", "versions").filter(isObject);
    for (const version of names)
      cluster.discovery.forget(`${stringAt(live, "spec", "group")}/${stringAt(version, "name")}`);
  }
};
