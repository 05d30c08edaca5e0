// CustomResourceDefinitions from the documented fields, for an API server of a test: not the publisher's files, and stricter or looser where those differ.
import { z } from "zod";
import { kinds, type OpenBaoKind } from "./fields.ts";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What JSON Schema knows and a structural schema refuses. */
const foreign = new Set(["$schema", "propertyNames", "id"]);

const limits = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const;

/** JSON Schema as zod writes it, as a structural schema of OpenAPI v3. */
const structural = (schema: unknown): unknown => {
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (foreign.has(key) || (key === "additionalProperties" && !isObject(value))) return [];
    if ((key === "minimum" || key === "maximum") && value === limits[key]) return [];
    if (key === "const") return [["enum", [value]]];
    if (key === "properties")
      return [[key, Object.fromEntries(Object.entries(value as Json).map(([name, own]) => [name, structural(own)]))]];
    if (key === "additionalProperties" || key === "items") return [[key, structural(value)]];
    // An address of either family: the type is text all the same.
    if (key === "anyOf") return [["type", "string"]];
    return [[key, value]];
  });
  const found = Object.fromEntries(entries);
  // Whatever may be in it is kept.
  if (isObject(found["additionalProperties"]) && Object.keys(found["additionalProperties"]).length === 0) {
    const { additionalProperties: _, ...rest } = found;
    return { ...rest, "x-kubernetes-preserve-unknown-fields": true };
  }
  return found;
};

const schemaOf = (fields: z.ZodType) => structural(z.toJSONSchema(fields, { io: "input" }));

const definition = (kind: OpenBaoKind) => {
  const { plural, shortNames, spec, status } = kinds[kind];
  const singular = kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.openbao.org` },
    spec: {
      group: "openbao.org",
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [...shortNames] },
      scope: "Namespaced",
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: "object",
              required: ["spec"],
              properties: {
                apiVersion: { type: "string" },
                kind: { type: "string" },
                metadata: { type: "object" },
                spec: schemaOf(spec),
                status: schemaOf(status),
              },
            },
          },
        },
      ],
    },
  };
};

/** The three definitions, each with the status as a subresource. */
export const definitions = () => (Object.keys(kinds) as OpenBaoKind[]).map(definition);
