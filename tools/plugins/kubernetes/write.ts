// Create and update as the engine asks for them: preview, write, wait, and the state that comes of it.
import { type CreateRequest, PartialFailure, type UpdateRequest } from "../rpc/provider.ts";
import { type Properties, plainObject } from "../rpc/values.ts";
import { createObject, type Operation, previewObject, updateObject } from "./apply.ts";
import { isAwaited } from "./await/rules.ts";
import { NotReady, untilReady } from "./await/wait.ts";
import { checkpoint, parseCheckpoint, statedApiVersion } from "./checkpoint.ts";
import type { Cluster } from "./cluster.ts";
import { type Context, messageOf, reachable } from "./context.ts";
import { NoSuchKind } from "./discovery.ts";
import { fieldManager } from "./field-managers.ts";
import { normalize } from "./normalize.ts";
import { annotation, annotations, identityOf, idOf, type KubeObject } from "./object.ts";

const operationOf = (
  context: Context,
  request: CreateRequest,
  cluster: Cluster,
  inputs: KubeObject,
  manager: string,
): Operation => {
  return {
    urn: request.urn,
    cluster,
    inputs,
    manager,
    force: context.settings.patchForce || annotation(inputs, annotations.patchForce) === "true",
    upsert: context.settings.upsert,
    mayAdopt: !context.known.has(request.urn),
    signal: context.signal,
    status: (text) => context.log.status(text, request.urn),
  };
};

/** The object exists, so its state is kept, with the reasons why it is not ready. */
export const partial = (
  error: unknown,
  message: string,
  fallback: KubeObject,
  state: (live: KubeObject) => Properties,
  inputs?: Properties,
): PartialFailure => {
  const live = error instanceof NotReady ? error.object : fallback;
  const text = messageOf(error);
  const full = message === "" ? text : `${message}: ${text}`;
  return new PartialFailure(full, {
    id: idOf(live),
    properties: state(live),
    reasons: [full.split("\n\t* ")[0] ?? full, ...(error instanceof NotReady ? error.reasons : [])],
    ...(inputs && { inputs }),
  });
};

export const createResource = async (
  context: Context,
  request: CreateRequest,
): Promise<{ id: string; properties: Properties }> => {
  const inputs = normalize(plainObject(request.inputs));
  const manager = fieldManager(request.urn, inputs);
  const state = (live: KubeObject): Properties =>
    checkpoint({
      live,
      inputs,
      marked: request.inputs,
      initialApiVersion: statedApiVersion(inputs),
      fieldManager: manager,
    });
  if (request.preview) {
    const { cluster } = await context.connection.reach();
    const preview = cluster && (await previewObject(operationOf(context, request, cluster, inputs, manager)));
    return { id: "", properties: preview ? state(preview) : request.inputs };
  }
  const operation = operationOf(context, request, await reachable(context), inputs, manager);
  const created = await createObject(operation).catch((error: unknown) => {
    if (error instanceof NoSuchKind) {
      throw new Error(
        `creation of resource "${request.urn}" with kind ${statedApiVersion(inputs)}/${identityOf(inputs).kind} failed because the ` +
          "Kubernetes API server reported that the apiVersion for this resource does not exist. " +
          `Verify that any required CRDs have been created: ${error.message}`,
      );
    }
    throw new Error(
      `resource "${request.urn}" was not successfully created by the Kubernetes API server: ${messageOf(error)}`,
    );
  });
  try {
    const live = isAwaited(inputs)
      ? await untilReady(created, { ...operation, timeoutSeconds: request.timeoutSeconds }, false)
      : created;
    return { id: idOf(live), properties: state(live) };
  } catch (error) {
    throw partial(
      error,
      `resource "${request.urn}" was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live`,
      created,
      state,
    );
  }
};

export const updateResource = async (context: Context, request: UpdateRequest): Promise<{ properties: Properties }> => {
  const old = parseCheckpoint(request.olds);
  const inputs = normalize(plainObject(request.inputs));
  const manager = fieldManager(request.urn, inputs, old.fieldManager);
  const state = (live: KubeObject): Properties =>
    checkpoint({
      live,
      inputs,
      marked: request.inputs,
      initialApiVersion: old.initialApiVersion ?? statedApiVersion(inputs),
      fieldManager: manager,
    });
  if (request.preview) {
    const { cluster } = await context.connection.reach();
    const preview = cluster && (await previewObject(operationOf(context, request, cluster, inputs, manager), old.live));
    return { properties: preview ? state(preview) : request.inputs };
  }
  const cluster = await reachable(context);
  const operation = operationOf(context, request, cluster, inputs, manager);
  const updated = await updateObject(operation, old.live).catch((error: unknown) => {
    throw new Error(`update of resource "${request.urn}" failed: ${messageOf(error)}`);
  });
  try {
    const live = isAwaited(inputs)
      ? await untilReady(updated, { ...operation, timeoutSeconds: request.timeoutSeconds }, true)
      : updated;
    return { properties: state(live) };
  } catch (error) {
    throw partial(
      error,
      `the Kubernetes API server reported that "${idOf(updated)}" failed to fully initialize or become live`,
      updated,
      state,
    );
  }
};
