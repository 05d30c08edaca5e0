// The operator's documented fields, and definitions made of them: wrong objects are refused, and the schemas are what an API server takes.
import { expect, test } from "vitest";
import { definitions } from "../../../support/openbao/definitions.ts";
import { clusterSpecFields, requestFields, restoreSpecFields } from "../../../support/openbao/fields.ts";

const minimal = {
  version: "2.6.2",
  profile: "Development",
  tls: { enabled: true, rotationPeriod: "720h" },
  storage: { size: "1Gi" },
};

const refusals = (fields: typeof clusterSpecFields, value: unknown): string =>
  fields
    .safeParse(value)
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)
    .join("\n") ?? "";

test.each([
  ["a misspelt field", { ...minimal, replica: 3 }, /Unrecognized key: "replica"/],
  [
    "a misspelt field deep down",
    { ...minimal, backup: { schedule: "0 * * * *", target: { bucket: "b", prefix: "p" } } },
    /prefix/,
  ],
  ["no profile", { ...minimal, profile: undefined }, /profile/],
  [
    "a schedule with seconds",
    { ...minimal, backup: { schedule: "0 */30 * * * *", target: { bucket: "b" } } },
    /five fields/,
  ],
  [
    "a store on the pod itself",
    { ...minimal, backup: { schedule: "0 * * * *", target: { bucket: "b", endpoint: "http://localhost:9000" } } },
    /loopback/,
  ],
  ["a snapshot without backups", { ...minimal, upgrade: { preUpgradeSnapshot: true } }, /wants spec.backup/],
  ["an address that is none", { ...minimal, network: { apiServerEndpointIPs: ["api.local"] } }, /apiServerEndpointIPs/],
  ["self-init without a request", { ...minimal, selfInit: { enabled: true } }, /wants requests/],
  [
    "a login configured before its mount",
    {
      ...minimal,
      selfInit: {
        enabled: true,
        requests: [{ name: "config", operation: "update", path: "auth/jwt/config", data: {} }],
      },
    },
    /auth\/jwt\/config comes before/,
  ],
])("%s is refused", (_, spec, message) => {
  expect(refusals(clusterSpecFields, spec)).toMatch(message);
});

test("the minimum of a cluster and of a restore is accepted", () => {
  expect(refusals(clusterSpecFields, minimal)).toBe("");
  expect(restoreSpecFields.safeParse({ cluster: "bao", source: { key: "k", target: { bucket: "b" } } }).success).toBe(
    true,
  );
  expect(restoreSpecFields.safeParse({ cluster: "bao", source: { key: "k" } }).success).toBe(false);
});

test.each([
  ["a mount as plain data", { name: "a", operation: "update", path: "sys/auth/jwt", data: { type: "jwt" } }],
  ["two forms at once", { name: "a", operation: "update", path: "auth/jwt/config", data: {}, policy: { policy: "p" } }],
  ["a name with a space", { name: "a b", operation: "update", path: "auth/jwt/config", data: {} }],
])("a request with %s is refused", (_, request) => {
  expect(requestFields.safeParse(request).success).toBe(false);
});

/** Every schema in a definition, with its path. */
const schemas = (value: unknown, path = ""): [string, Record<string, unknown>][] => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const own = value as Record<string, unknown>;
  const below = { ...(own["properties"] as object), items: own["items"], values: own["additionalProperties"] };
  return [[path, own], ...Object.entries(below).flatMap(([name, child]) => schemas(child, `${path}.${name}`))];
};

test("the definitions are structural: each schema has a type, and no word that an API server refuses", () => {
  const found = definitions().flatMap(({ spec }) =>
    spec.versions.flatMap(({ schema }) => schemas(schema.openAPIV3Schema, spec.names.kind)),
  );
  expect(found.length).toBeGreaterThan(200);
  const wrong = found.filter(
    ([, schema]) =>
      typeof schema["type"] !== "string" ||
      Object.keys(schema).some((key) => /^(\$|anyOf|oneOf|allOf|const|exclusive|propertyNames)/.test(key)) ||
      schema["additionalProperties"] === false,
  );
  expect(wrong.map(([path]) => path)).toEqual([]);
  expect(definitions().map(({ metadata }) => metadata.name)).toEqual([
    "openbaoclusters.openbao.org",
    "openbaorestores.openbao.org",
    "openbaotenants.openbao.org",
  ]);
});
