// What is no file: objects and outputs as JSON, each a text of its own, in which a place is told by its path.

import { marked } from "../drift/state.ts";
import type { Deployment } from "../engine/pending.ts";
import { type Properties, plain, stringAt, type Value } from "../plugins/rpc/values.ts";
import type { Source } from "./files.ts";
import { labelOf } from "./secrets.ts";

/** "spec.containers[].env[].value": the keys above an offset of indented JSON, by the indentation. */
export function pathAt(text: string, offset: number): string {
  const lines = text.slice(0, text.indexOf("\n", offset) === -1 ? undefined : text.indexOf("\n", offset)).split("\n");
  const keys: string[] = [];
  let depth = Number.POSITIVE_INFINITY;
  for (const line of lines.reverse()) {
    const indent = line.search(/\S/);
    if (indent < 0 || indent >= depth) continue;
    depth = indent;
    const [, key] = /^\s*("(?:[^"\\]|\\.)*"): /.exec(line) ?? [];
    if (key !== undefined) keys.unshift(JSON.parse(key) as string);
    else if (indent > 0) keys.unshift("[]");
  }
  return keys.join(".").replaceAll(".[]", "[]");
}

export const documentSource = (name: string, value: unknown): Source => {
  const text = JSON.stringify(value, undefined, 1) ?? "";
  return {
    name,
    read: () => Buffer.from(text),
    // By characters: the offset counts bytes.
    locate: (bytes, offset) => pathAt(text, bytes.subarray(0, offset).toString().length),
  };
};

/** One document a resource, and one of what lies around them. */
export const exportSources = ({ resources = [], ...rest }: Deployment): readonly Source[] => [
  ...resources.map((resource) => documentSource(labelOf(resource), resource)),
  documentSource("deployment", rest),
];

/** Holds a secret by its nature: a Secret, or the release that a chart makes one from. */
const mayHold = /^kubernetes:(core\/v1:Secret(Patch|List)?|helm\.sh\/)/;

/** What the program writes into the cluster outside of Secrets, with the marks taken off: who reads the object reads it so. */
export const objectSources = ({ resources = [] }: Deployment): readonly Source[] =>
  resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !mayHold.test(type))
    .map((resource) => documentSource(labelOf(resource), plain(marked((resource.inputs ?? {}) as Value))));

/** What the cluster itself has. */
export const liveSources = (kind: string, objects: readonly Properties[]): readonly Source[] =>
  objects.map((object) => {
    const [namespace, name] = ["namespace", "name"].map((key) => stringAt(object, "metadata", key) ?? "");
    return documentSource(`${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`, object);
  });
