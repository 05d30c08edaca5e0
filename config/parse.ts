// From the raw strings of a stack file to a checked configuration: pure, and all errors at once.
import { z } from "zod";
import { ConfigError } from "../lib/errors.ts";
import { crossCheck } from "./cross-check.ts";
import { EksSchema } from "./eks.schema.ts";
import { gatewayApiOf } from "./gateway-api.ts";
import { nearest } from "./nearest.ts";
import { missingSecrets } from "./needed-secrets.ts";
import { refusedKeys, refusedValues } from "./refused.ts";
import { type Config, ConfigSchema, sections as schemas, sectionNames } from "./schema.ts";

/** Section name to its JSON, as the engine hands structured configuration over. */
export type RawSections = Record<string, string>;

export interface ParseInput {
  /** Name of the stack file, for messages. */
  readonly file: string;
  readonly sections: RawSections;
  readonly overrides?: Overrides;
  /** Names of the secrets that are set. Left out: nobody asks whether those that are needed are. */
  readonly secrets?: ReadonlySet<string>;
}

/** What the environment of one run may change: where the cluster is, and where this machine keeps its mirrors. */
export interface Overrides {
  /** STRATA_CLUSTER: only `kwok`, which rehearses a stack without a container engine. */
  readonly cluster?: string;
  /** STRATA_IMAGES_ARCHIVE: folder, in place of images.archive. */
  readonly imagesArchive?: string;
  /** STRATA_CHARTS_DIR: folder, in place of charts.dir. */
  readonly chartsDir?: string;
}

const parseSection = (name: string, raw: string, issues: string[]): unknown => {
  try {
    return JSON.parse(raw);
  } catch {
    issues.push(`strata:${name}: expected a mapping of keys, got "${raw}". See docs/configuration.md`);
    return undefined;
  }
};

const at = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );

const show = (path: readonly PropertyKey[]): string =>
  `strata:${path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index ? "." : ""}${String(key)}`)).join("")}`;

const shorten = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly shape?: Record<string, z.ZodType>;
  readonly valueType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}

const definition = (schema: z.ZodType): Definition => {
  const found = schema.def as unknown as Definition;
  return found.innerType ? definition(found.innerType) : found;
};

/** Of a union by kind, the one that the input asks for; undefined where that is none of them. */
const chosen = (def: Definition, input: unknown): Definition | undefined => {
  const { discriminator } = def;
  if (discriminator === undefined) return def;
  const kind = at(input, [discriminator]);
  return def.options?.map(definition).find(({ shape }) => {
    const literal = shape?.[discriminator];
    if (literal === undefined) return false;
    return definition(literal).values?.includes(kind ?? (literal.def as unknown as Definition).defaultValue);
  });
};

/** What the schema has at a path: the schema itself is asked, so that no list of keys or kinds can go stale. */
const definitionAt = (schema: z.ZodType, input: unknown, path: readonly PropertyKey[]): Definition | undefined => {
  const [head, ...rest] = path;
  if (head === undefined) return definition(schema);
  const def = chosen(definition(schema), input);
  const next = def?.type === "object" ? def.shape?.[String(head)] : (def?.valueType ?? def?.element);
  return next && definitionAt(next, at(input, [head]), rest);
};

const allowedKeys = (input: unknown, path: readonly PropertyKey[]): string[] => {
  const def = definitionAt(ConfigSchema, input, path);
  return Object.keys((def && chosen(def, at(input, path))?.shape) ?? {});
};

const allowedValues = (issue: z.core.$ZodIssue, input: unknown): string[] => {
  if (issue.code !== "invalid_union" || !("discriminator" in issue))
    return issue.code === "invalid_value" ? issue.values.map(String) : [];
  const { options = [], discriminator = "" } = definitionAt(ConfigSchema, input, issue.path.slice(0, -1)) ?? {};
  return options.flatMap((option) => {
    const literal = definition(option).shape?.[discriminator];
    return literal ? (definition(literal).values ?? []).map(String) : [];
  });
};

/** One issue as one sentence: where, what was found, what is allowed, what to do. */
const explain = (issue: z.core.$ZodIssue, input: unknown): string[] => {
  const where = show(issue.path);
  if (issue.code === "unrecognized_keys") {
    const allowed = allowedKeys(input, issue.path);
    return issue.keys.map((key) => {
      const reason = refusedKeys[[...issue.path, key].map(String).join(".")];
      if (reason !== undefined) return `${show([...issue.path, key])}: ${reason}`;
      const guess = nearest(key, allowed);
      return `${show([...issue.path, key])}: unknown key. ${guess ? `Did you mean "${guess}"? ` : ""}Allowed here: ${allowed.join(", ")}`;
    });
  }
  const value = at(input, issue.path);
  const allowed = allowedValues(issue, input);
  if (allowed.length > 0) {
    const guess = typeof value === "string" ? nearest(value, allowed) : undefined;
    const reason = refusedValues[issue.path.map(String).join(".")]?.[String(value)];
    if (reason !== undefined) return [`${where}: ${shorten(value)} is refused. ${reason}`];
    const got = value === undefined ? "missing" : `${shorten(value)} is not allowed`;
    return [`${where}: ${got}. ${guess ? `Did you mean "${guess}"? ` : ""}Allowed: ${allowed.join(", ")}`];
  }
  const message = issue.message.replace(/^Invalid input: expected (\w+), received .*/, "Expected a value of type $1");
  return [`${where}: ${value === undefined ? "missing" : `got ${shorten(value)}`}. ${message}`];
};

const freeze = <T>(value: T): T => {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
};

/** What a rehearsal keeps of the stack file's cluster: its time to live, and all but the name where it is of that kind already. */
const rehearsed = (section: unknown, kind: string): unknown => {
  const given = typeof section === "object" && section !== null ? (section as Record<string, unknown>) : {};
  const { name: _name, ...rest } = given;
  if (given["kind"] === kind) return rest;
  return { kind, ...(isLocal(given["kind"]) && given["ttl"] !== undefined && { ttl: given["ttl"] }) };
};

const isLocal = (kind: unknown): boolean => kind !== "existing" && kind !== "eks";

const withOverrides = (input: Record<string, unknown>, overrides: Overrides): Record<string, unknown> => {
  const result = { ...input };
  if (overrides.imagesArchive !== undefined)
    result["images"] = { ...(input["images"] as object | undefined), archive: overrides.imagesArchive };
  if (overrides.chartsDir !== undefined)
    result["charts"] = { ...(input["charts"] as object | undefined), dir: overrides.chartsDir };
  if (overrides.cluster !== undefined) result["cluster"] = rehearsed(input["cluster"], overrides.cluster);
  return result;
};

const eksOf = (section: unknown) => (at(section, ["kind"]) === "eks" ? EksSchema.safeParse(section) : undefined);

/**
 * Parses and checks the sections of one stack file.
 *
 * @throws ConfigError listing every issue with its key path, the value found, what is allowed and the next step.
 */
export const parseConfig = ({ file, sections, overrides = {}, secrets }: ParseInput): Config => {
  const issues: string[] = [];
  if (overrides.cluster !== undefined && overrides.cluster !== "kwok")
    issues.push(
      `STRATA_CLUSTER: "${overrides.cluster}" is not allowed. Allowed: kwok. Unset it to use the stack file's cluster`,
    );
  const input: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(sections)) {
    if ((sectionNames as readonly string[]).includes(name)) input[name] = parseSection(name, raw, issues);
    else {
      const guess = nearest(name, sectionNames);
      issues.push(
        `strata:${name}: unknown key. ${guess ? `Did you mean "${guess}"? ` : ""}Allowed here: ${sectionNames.join(", ")}`,
      );
    }
  }
  const merged = withOverrides(input, overrides);
  const present = new Set(Object.keys(merged));
  const valid: Record<string, unknown> = {};
  for (const name of sectionNames) {
    const unreadable = present.has(name) && merged[name] === undefined;
    const leftOut = !present.has(name) && schemas[name] instanceof z.ZodExactOptional;
    if (unreadable || leftOut) continue;
    const parsed = schemas[name].safeParse(merged[name]);
    if (parsed.success) valid[name] = parsed.data;
    else
      issues.push(
        ...parsed.error.issues.flatMap((issue) => explain({ ...issue, path: [name, ...issue.path] }, merged)),
      );
  }
  // What is asked of the account is asked of its stand-in, so the section counts in a rehearsal too.
  const aws = overrides.cluster === "kwok" ? eksOf(input["cluster"]) : undefined;
  if (aws?.success) valid["cluster"] = { ...(valid["cluster"] as object), rehearses: aws.data };
  else if (aws)
    issues.push(...aws.error.issues.flatMap((issue) => explain({ ...issue, path: ["cluster", ...issue.path] }, input)));
  const across = [...crossCheck(valid, present), ...(secrets ? missingSecrets(valid, secrets) : [])];
  issues.push(...across.map(({ path, message }) => `${show(path)}: ${message}`));
  if (issues.length > 0) throw new ConfigError(file, issues);
  const config = ConfigSchema.parse(merged);
  const { cluster, network } = config;
  const bare = (cluster.kind === "kind" || cluster.kind === "eks") && network.cni.kind !== "default";
  const noProxy = bare && network.ingress.kind === "cilium";
  const gatewayApi = gatewayApiOf(network);
  return freeze({
    ...config,
    cluster: {
      ...cluster,
      ...(bare && { podNetwork: "none" }),
      ...(noProxy && { kubeProxy: "none" }),
      ...(aws?.success && { rehearses: aws.data }),
    } as Config["cluster"],
    network: { ...network, ...(gatewayApi && { gatewayApi }) },
  });
};
