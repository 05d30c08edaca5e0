// docs/choices.md against the schema: each value that it names is allowed, or refused with a reason, and none is left out.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stackFileSchema } from "../../../config/json-schema.ts";
import { parseConfig } from "../../../config/parse.ts";
import { refusedKeys, refusedValues } from "../../../config/refused.ts";
import { sectionNames } from "../../../config/schema.ts";
import { ConfigError } from "../../../lib/errors.ts";

interface Choice {
  readonly path: string;
  /** Left out where the key itself is the choice. */
  readonly value?: string;
  readonly verdict: "works" | "refused";
}

const page = readFileSync(new URL("../../../docs/choices.md", import.meta.url), "utf8");

const choices: Choice[] = page.split("\n").flatMap((line): Choice[] => {
  const [, , , named = "", how = ""] = line.split("|").map((cell) => cell.trim());
  const [, path, value] = /^`([A-Za-z.]+)(?:: ([\w-]+))?`$/.exec(named) ?? [];
  if (path === undefined) return [];
  return [{ path, ...(value !== undefined && { value }), verdict: how.startsWith("refused: ") ? "refused" : "works" }];
});

/** A value deep in a section, and on the way there what unions need. */
const nested = (path: string, keys: readonly string[], value: unknown): unknown => {
  const [head, ...rest] = keys;
  if (head === undefined) return value;
  const kind = kindWith[path];
  return { ...(kind && head !== "kind" && { kind }), [head]: nested(`${path}.${head}`, rest, value) };
};

/** The kind of a section, or of a part of one, that has the keys the page names below it, where it is not the default. */
const kindWith: Readonly<Record<string, string>> = {
  "network.certificates": "cert-manager",
  cluster: "eks",
  secrets: "external-secrets",
  postgres: "cloudnative-pg",
};

/** The one message about a path. */
const issueAt = (path: string, value: unknown): string => {
  const [section = "", ...keys] = path.split(".");
  const content = nested(section, keys, value);
  try {
    parseConfig({
      file: "Pulumi.test.yaml",
      sections: { cluster: '{"kind": "kind"}', [section]: JSON.stringify(content) },
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.find((issue) => issue.startsWith(`strata:${path}: `)) ?? "";
  }
  return "";
};

/** The values that the schema allows at a path, by its own words. */
const allowedAt = (path: string): string[] => {
  const [, list = ""] = /Allowed: (.*)$/.exec(issueAt(path, "no-such-value")) ?? [];
  return list === "" ? [] : list.split(", ");
};

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly const?: string;
}

/** Paths of every `kind` of a schema that is one of several kinds, or the one kind of an optional section. */
const kindsIn = (node: Node, path: readonly string[]): string[] => [
  ...(node.properties?.["kind"]?.const === undefined ? [] : [[...path, "kind"].join(".")]),
  ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((one) => kindsIn(one, path)),
  ...Object.entries(node.properties ?? {}).flatMap(([key, next]) => kindsIn(next, [...path, key])),
];

/** Where it runs and where its commit comes from: on pages of their own. */
const elsewhere = ["cluster.kind", "gitops.source.kind"];

const paths = [...new Set(choices.flatMap(({ path, value }) => (value === undefined ? [] : [path])))];

test("the page names enough to mean something", () => {
  expect(choices.filter(({ verdict }) => verdict === "works").length).toBeGreaterThan(12);
  expect(choices.filter(({ verdict }) => verdict === "refused").length).toBeGreaterThan(5);
});

test.each(paths)("%s: what the schema allows, and no more, is on the page", (path) => {
  const works = choices.filter((choice) => choice.path === path && choice.verdict === "works");
  expect([...new Set(works.map(({ value }) => value))].sort()).toEqual(allowedAt(path).sort());
});

test("each kind that the schema lets one choose is on the page", () => {
  const { config } = (stackFileSchema() as unknown as Node).properties ?? {};
  const kinds = Object.entries(config?.properties ?? {}).flatMap(([key, section]) =>
    kindsIn(section, [key.replace("strata:", "")]),
  );
  expect([...new Set(kinds)].filter((path) => !paths.includes(path)).sort()).toEqual(elsewhere);
});

test("what is refused on the page is refused by the parser with its reason, and nothing else is", () => {
  const refused = choices.filter(({ verdict }) => verdict === "refused");
  for (const { path, value } of refused) {
    const reason = value === undefined ? refusedKeys[path] : refusedValues[path]?.[value];
    expect([path, value, reason !== undefined && issueAt(path, value ?? {}).includes(reason)]).toEqual([
      path,
      value,
      true,
    ]);
  }
  const listed = Object.entries(refusedValues).flatMap(([path, values]) =>
    Object.keys(values).map((value) => `${path}: ${value}`),
  );
  expect(refused.flatMap(({ path, value }) => (value === undefined ? [] : [`${path}: ${value}`])).sort()).toEqual(
    listed.sort(),
  );
});

test("a section that is named without a value is one", () => {
  const named = choices.filter(({ value, verdict }) => value === undefined && verdict === "works");
  expect(named.filter(({ path }) => !(sectionNames as readonly string[]).includes(path))).toEqual([]);
});
