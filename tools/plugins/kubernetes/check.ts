// Inputs of a resource as the later steps want them: named, with a namespace, a Secret's data encoded.

import { uniqueName } from "../rpc/naming.ts";
import type { CheckFailure, CheckRequest, CheckResult } from "../rpc/provider.ts";
import { at, isObject, isUnknown, plainObject, stringAt } from "../rpc/values.ts";
import { withSecrets } from "./checkpoint.ts";
import { normalize, underscored } from "./normalize.ts";
import {
  annotations,
  apiVersion,
  hasAnnotation,
  type Identity,
  type KubeObject,
  nameOf,
  withAnnotation,
  withMetadata,
} from "./object.ts";

/** A name of the program's own, even if not known yet. */
const isNamed = (object: KubeObject): boolean =>
  stringAt(object, "metadata", "name") !== undefined && nameOf(object) !== "";

/** Names an object that the program left unnamed: as last time, or as engine and seed say. */
const named = (object: KubeObject, request: CheckRequest): KubeObject | CheckFailure => {
  if (isNamed(object) || isUnknown(at(object, "metadata"))) return object;
  if (at(object, "metadata", "generateName") !== undefined) {
    return {
      property: "metadata.generateName",
      reason: "not supported with server-side apply: leave it out or set metadata.name",
    };
  }
  const old = plainObject(request.olds);
  if (hasAnnotation(old, annotations.autonamed) && nameOf(old) !== "") {
    return withAnnotation(withMetadata(object, "name", nameOf(old)), annotations.autonamed, "true");
  }
  if (request.autonaming?.mode === "disable") {
    return {
      property: "metadata.name",
      reason: "autonaming is disabled, resource requires the .metadata.name field to be set",
    };
  }
  const name = request.autonaming?.name || uniqueName(`${request.name}-`, request.randomSeed);
  return withAnnotation(withMetadata(object, "name", name), annotations.autonamed, "true");
};

export interface CheckContext {
  readonly identity: Identity;
  readonly namespaced: boolean;
  /** Namespace of the provider. */
  readonly namespace: string;
}

export const checkInputs = (request: CheckRequest, { identity, namespaced, namespace }: CheckContext): CheckResult => {
  const stated = { apiVersion: apiVersion(identity), kind: identity.kind, ...plainObject(request.news) };
  const object = named(normalize(stated), request);
  if ("reason" in object && "property" in object) return { inputs: request.news, failures: [object as CheckFailure] };
  const metadata = at(object as KubeObject, "metadata");
  const placed =
    namespaced && !isUnknown(metadata) && !(isObject(metadata) && metadata["namespace"])
      ? withMetadata(object as KubeObject, "namespace", namespace)
      : (object as KubeObject);
  return { inputs: withSecrets(underscored(placed), request.news) };
};
