// Where two values of a resource differ, field by field: items of a list by their name, long texts by their lines. Pure.

import { structuredPatch } from "diff";
import { redact } from "../../report/redact.ts";
import { isMapping, type Mapping } from "../mapping.ts";
import { isMasked } from "../plan/snapshot.ts";
import type { Field } from "./schema.ts";

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null;

const limits = { path: 400, value: 400, line: 300, lines: 80 } as const;

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

const written = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  const text =
    typeof value === "string" ? value : JSON.stringify(value, (_, child) => (isMasked(child) ? "[secret]" : child));
  return cut(redact(isMasked(value) ? "[secret]" : text), limits.value);
};

/** The name that each item of a list has for itself, where they all have one: containers, ports, variables. */
const namesOf = (items: readonly unknown[]): readonly string[] | undefined => {
  const names = items.flatMap((item) => (isMapping(item) && typeof item["name"] === "string" ? [item["name"]] : []));
  return names.length === items.length && new Set(names).size === names.length ? names : undefined;
};

const byName = (items: readonly unknown[], names: readonly string[]): Mapping =>
  Object.fromEntries(names.map((name, index) => [`[${name}]`, items[index]]));

/** A text that is JSON is compared as what it says. */
const parsed = (text: string): unknown => {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const lineField = (path: string, from: string, to: string): Field => {
  const { hunks } = structuredPatch("", "", from, to, undefined, undefined, { context: 1 });
  const lines = hunks
    .flatMap(({ lines: own }, index) => (index === 0 ? own : [" ⋯", ...own]))
    .filter((line) => !line.startsWith("\\"));
  return {
    kind: "lines",
    path: cut(path, limits.path),
    lines: lines.slice(0, limits.lines).map((line) => cut(redact(line), limits.line)),
    more: Math.max(0, lines.length - limits.lines),
  };
};

const join = (path: string, key: string): string => {
  if (key.startsWith("[")) return `${path}${key}`;
  const own = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? own : `${path}.${own}`;
};

const listFields = (path: string, from: readonly unknown[], to: readonly unknown[]): Field[] => {
  const [before, after] = [namesOf(from), namesOf(to)];
  if (before && after) return fieldsOf(path, byName(from, before), byName(to, after));
  if ([...from, ...to].every((item) => isScalar(item) && !isMasked(item))) {
    const lines = (items: readonly unknown[]): string => items.map((item) => `${written(item)}\n`).join("");
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [lineField(path, lines(from), lines(to))];
  }
  const length = Math.max(from.length, to.length);
  return Array.from({ length }, (_, index) => fieldsOf(join(path, `[${index}]`), from[index], to[index])).flat();
};

const textFields = (path: string, from: string, to: string): Field[] => {
  const [before, after] = [parsed(from), parsed(to)];
  if (before !== undefined && after !== undefined) return fieldsOf(path, before, after);
  if (from.includes("\n") && to.includes("\n")) return [lineField(path, from, to)];
  return [{ kind: "value", path: cut(path, limits.path), from: written(from), to: written(to) }];
};

/** Mapping of two values of one place; a side that is undefined is not there. Empty where they are alike. */
export const fieldsOf = (path: string, from: unknown, to: unknown): Field[] => {
  if (from === to) return [];
  if (isMasked(from) && isMasked(to))
    return [{ kind: "value", path: cut(path, limits.path), from: "[secret]", to: "[another secret]" }];
  if (isMapping(from) && isMapping(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => fieldsOf(join(path, key), from[key], to[key]));
  }
  if (Array.isArray(from) && Array.isArray(to)) return listFields(path, from, to);
  if (typeof from === "string" && typeof to === "string") return textFields(path, from, to);
  const [before, after] = [written(from), written(to)];
  return [
    {
      kind: "value",
      path: cut(path, limits.path),
      ...(before !== undefined && { from: before }),
      ...(after !== undefined && { to: after }),
    },
  ];
};
