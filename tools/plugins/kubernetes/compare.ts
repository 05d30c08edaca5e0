// The engine's question "what would change?": state against inputs, and whether the object has to be replaced.
import type { DiffRequest, DiffResult } from "../rpc/provider.ts";
import { plainObject } from "../rpc/values.ts";
import { evaluate } from "./await/rules.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { placeOf } from "./cluster.ts";
import type { Context } from "./context.ts";
import { diffObjects, replaces } from "./diff.ts";
import { forceNew } from "./force-new.ts";
import { normalize } from "./normalize.ts";
import {
  annotations,
  hasAnnotation,
  identityOf,
  identityOfType,
  type KubeObject,
  nameOf,
  namespaceOf,
  withMetadata,
} from "./object.ts";

const hasFailed = async (context: Context, object: KubeObject): Promise<boolean> => {
  const { cluster } = await context.connection.reach();
  const live = await cluster?.get(placeOf(object)).catch(() => undefined);
  return live !== undefined && evaluate(live, {}, object).state === "failed";
};

export const diffResource = async (context: Context, request: DiffRequest): Promise<DiffResult> => {
  context.known.add(request.urn);
  const { live, inputs } = parseCheckpoint(request.olds);
  const isNamespaced = await context.namespaced(identityOfType(request.type));
  // A namespace that was left out, and one set on a cluster-scoped object, are no differences.
  const placed = (object: KubeObject): KubeObject =>
    withMetadata(object, "namespace", isNamespaced ? namespaceOf(object) || context.connection.namespace : undefined);
  const newInputs = placed(normalize(plainObject(request.news)));
  const oldInputs = placed(normalize(inputs));
  const oldLive = placed(live);
  const detailed = diffObjects({
    oldInputs,
    live: oldLive,
    newInputs,
    forceNew: forceNew(identityOf(newInputs), newInputs, context.settings.mutable),
    ignoreChanges: request.ignoreChanges,
  });
  const replacing = replaces(detailed);
  if (identityOf(newInputs).group !== identityOf(oldLive).group) replacing.push("apiVersion");
  if (hasAnnotation(newInputs, annotations.replaceUnready) && (await hasFailed(context, oldLive))) {
    replacing.push(`metadata.annotations["${annotations.replaceUnready}"]`);
  }
  const samePlace = nameOf(newInputs) === nameOf(oldLive) && namespaceOf(newInputs) === namespaceOf(oldLive);
  return {
    changes: Object.keys(detailed).length > 0 || replacing.length > 0,
    detailed,
    replaces: replacing,
    // Two objects cannot have one name: the old one goes first, unless its name is generated anew.
    deleteBeforeReplace: replacing.length > 0 && samePlace && !hasAnnotation(newInputs, annotations.autonamed),
  };
};
