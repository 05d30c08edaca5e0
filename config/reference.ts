// docs/configuration.md: every key of a stack file with its type, default and meaning, out of the JSON schema.
import { stackFileSchema } from "./json-schema.ts";

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Record<string, Node>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
}

interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

const code = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

const isSafeBound = (bound: number | undefined): bound is number =>
  bound !== undefined && Number.isSafeInteger(bound) && Math.abs(bound) < 2 ** 52;

const typeOf = (node: Node): string => {
  if (node.const !== undefined) return code(node.const);
  if (node.enum) return node.enum.map(code).join(" or ");
  if (node.anyOf) return node.anyOf.map(typeOf).join(" or ");
  if (node.type === "array") return `list of ${typeOf(node.items ?? {})}`;
  const range = [node.minimum, node.maximum].filter(isSafeBound);
  if (range.length > 0) return `${node.type ?? "number"} ${range.join(" to ")}`;
  return node.type ?? "any";
};

const branch = (key: string, kind: unknown): string => (kind === undefined ? key : `${key} (${String(kind)})`);

/** Rows of a node and everything below it; the key of a map's entry is written <name>. */
const rows = (key: string, node: Node, required: boolean): Row[] => {
  const own: Row = {
    key,
    type: typeOf(node),
    fallback: node.default !== undefined ? code(node.default) : required ? "required" : "",
    description: node.description ?? "",
  };
  if (node.oneOf)
    return node.oneOf.flatMap((option) => {
      const kind = option.properties?.["kind"]?.const;
      return [
        { key: branch(key, kind), type: "object", fallback: "", description: option.description ?? "" },
        ...children(branch(key, kind), option),
      ];
    });
  if (node.type === "array" && node.items?.properties) return [own, ...children(`${key}[]`, node.items)];
  if (node.properties || typeof node.additionalProperties === "object")
    return [{ ...own, type: node.properties ? "object" : "map" }, ...children(key, node)];
  return [own];
};

const children = (key: string, node: Node): Row[] => [
  ...Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    rows(`${key}.${name}`, child, node.required?.includes(name) ?? false),
  ),
  ...(typeof node.additionalProperties === "object" ? rows(`${key}.<name>`, node.additionalProperties, false) : []),
];

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

/** The page as Markdown. */
export const configurationReference = (): string => {
  const schema = stackFileSchema() as { properties: { config: Node } };
  const sections = Object.entries(schema.properties.config.properties ?? {}).map(([name, node]) => {
    const table = rows(name.replace("strata:", ""), node, false).map(
      (row) => `| ${cell(row.key)} | ${cell(row.type)} | ${cell(row.fallback)} | ${cell(row.description)} |`,
    );
    return [`## ${name}`, "", "| key | type | default | meaning |", "|---|---|---|---|", ...table, ""].join("\n");
  });
  return [
    "# Configuration",
    "",
    "Every key of a stack file (`Pulumi.<stack>.yaml`, under `config:`). Unknown keys are refused, all mistakes are reported at once.",
    "This page and `config/stack.schema.json` are generated from `config/*.schema.ts` by `npm run schema`.",
    "",
    "The environment changes three things for one run: `STRATA_CLUSTER=kwok` rehearses the stack on simulated nodes,",
    "`STRATA_IMAGES_ARCHIVE=<folder>` stands in for `images.archive` and `STRATA_CHARTS_DIR=<folder>` for `charts.dir`.",
    "",
    ...sections,
  ].join("\n");
};
