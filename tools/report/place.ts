// Where a resource belongs: its layer, and the outermost component of strata's that it is in. Pure.
import { nameOf } from "../engine/events.ts";
import { type LayerName, layers } from "../engine/progress.ts";

interface Typed {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
}

export interface Place {
  readonly layer?: LayerName;
  readonly component?: string;
}

export interface Known {
  readonly types: ReadonlyMap<string, string>;
  readonly parents: ReadonlyMap<string, string>;
}

/** Types and parents of everything that states and steps name. */
export function typesOf(...lists: readonly (readonly Typed[])[]): Known {
  const all = lists.flat();
  return {
    types: new Map(all.map(({ urn, type }) => [urn, type])),
    parents: new Map(all.flatMap(({ urn, parent }) => (parent ? [[urn, parent] as const] : []))),
  };
}

const layerOf = (type: string): LayerName | undefined => {
  const [prefix, layer] = type.split(":");
  return prefix === "strata" ? layers.find((name) => name === layer) : undefined;
};

/** `parents` of the run come first: a state may be older. */
export const locator =
  (parents: ReadonlyMap<string, string>, known: Known) =>
  (urn: string): Place => {
    let found: string | undefined;
    for (let at: string | undefined = urn; at !== undefined; at = parents.get(at) ?? known.parents.get(at))
      if (layerOf(known.types.get(at) ?? "") !== undefined) found = at;
    const layer = layerOf(known.types.get(found ?? "") ?? "");
    return found === undefined || layer === undefined ? {} : { layer, component: nameOf(found) };
  };
