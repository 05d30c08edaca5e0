// Render mode: objects become files in a folder, and no cluster is asked. Places and names are those of the official plugin.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { CreateRequest, DeleteRequest, ReadRequest, ReadResult, UpdateRequest } from "../rpc/provider.ts";
import { containsSecret, type Properties, plainObject } from "../rpc/values.ts";
import { checkpoint, parseCheckpoint, statedApiVersion } from "./checkpoint.ts";
import { fieldManager } from "./field-managers.ts";
import { normalize } from "./normalize.ts";
import { identityOf, idOf, type KubeObject, nameOf, namespaceOf } from "./object.ts";

const fileSafe = (name: string): string => name.replace(/[/:]/g, "_");

/** Path of an object in the folder. */
export const renderedPath = (object: KubeObject): string => {
  const { kind, group } = identityOf(object);
  const folder = kind === "CustomResourceDefinition" && group === "apiextensions.k8s.io" ? "0-crd" : "1-manifest";
  const parts = [
    fileSafe(statedApiVersion(object)),
    kind.toLowerCase(),
    namespaceOf(object) || "default",
    // The official plugin leaves colons in, which some file systems don't take.
    fileSafe(nameOf(object)),
  ];
  return join(folder, `${parts.join("-")}.yaml`);
};

const write = (folder: string, object: KubeObject): void => {
  const path = join(folder, renderedPath(object));
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, stringify(object, { lineWidth: 0 }), { mode: 0o600 });
};

const rendered = (folder: string, request: CreateRequest | UpdateRequest): { id: string; properties: Properties } => {
  const inputs = normalize(plainObject(request.inputs));
  if (containsSecret(request.inputs))
    throw new Error(
      `${idOf(inputs)} holds a secret, which a rendered file would show. It has to stay with the provider of the cluster`,
    );
  if (!request.preview) write(folder, inputs);
  const old = "olds" in request ? parseCheckpoint(request.olds) : undefined;
  const properties = checkpoint({
    live: inputs,
    inputs,
    marked: request.inputs,
    initialApiVersion: old?.initialApiVersion ?? statedApiVersion(inputs),
    fieldManager: fieldManager(request.urn, inputs, old?.fieldManager),
  });
  return { id: request.preview ? "" : idOf(inputs), properties };
};

export const renderCreate = (folder: string, request: CreateRequest) => rendered(folder, request);

export const renderUpdate = (folder: string, request: UpdateRequest): { properties: Properties } => {
  const { properties } = rendered(folder, request);
  const [before, after] = [parseCheckpoint(request.olds).live, parseCheckpoint(properties).live];
  if (!request.preview && renderedPath(before) !== renderedPath(after))
    rmSync(join(folder, renderedPath(before)), { force: true });
  return { properties };
};

/** The state is all there is: nobody else changes such an object. */
export const renderRead = (request: ReadRequest): ReadResult => ({
  id: request.id,
  properties: request.properties,
  inputs: request.inputs,
});

/** A file that is gone already is what was asked for. */
export const renderDelete = (folder: string, request: DeleteRequest): void =>
  rmSync(join(folder, renderedPath(parseCheckpoint(request.properties).live)), { force: true });
