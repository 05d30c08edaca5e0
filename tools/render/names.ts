// File names of objects: kind and name, with more in front only where two would be the same file.
import { byCode } from "./manifest.ts";
import type { PlannedObject } from "./objects.ts";

const slug = (parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part !== "")
    .join("-")
    .toLowerCase()
    // A colon, as in names of ClusterRoles, is no part of a file name on every system.
    .replace(/[^a-z0-9.-]+/g, "-");

const group = ({ resource }: PlannedObject): string => {
  const apiVersion = String(resource.inputs["apiVersion"]);
  return apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "core";
};

/** From the shortest to one that only the same object has. */
const candidates = (object: PlannedObject): string[] => {
  const { kind, namespace, name } = object;
  return [
    slug([kind, name]),
    slug([namespace ?? "cluster", kind, name]),
    slug([group(object), namespace ?? "cluster", kind, name]),
  ];
};

/** File name to object, for the objects of one component, sorted by file name. Throws where two are one object. */
export const fileNames = (objects: readonly PlannedObject[]): ReadonlyMap<string, PlannedObject> => {
  const all = objects.map((object) => ({ object, names: candidates(object) }));
  const named = all.map(({ object, names }) => {
    const file = names.find((name, level) => all.filter((other) => other.names[level] === name).length === 1);
    if (file === undefined) {
      const { kind, namespace = "", name } = object;
      throw new Error(`Two resources are the same object: ${kind} ${namespace}/${name} (${object.resource.name})`);
    }
    return [`${file}.yaml`, object] as const;
  });
  return new Map(named.sort(([a], [b]) => byCode(a, b)));
};
