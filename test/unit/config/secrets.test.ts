import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const app = { image: "ghcr.io/acme/api:1.0.0", port: 8080 };
const secrets = {
  kind: "external-secrets",
  backend: { kind: "kubernetes" },
  items: { shared: { keys: { token: { from: "api" } } } },
};

const issues = (sections: Record<string, unknown>): readonly string[] => {
  try {
    parseConfig({
      file: "Pulumi.test.yaml",
      sections: Object.fromEntries(
        Object.entries({ cluster: { kind: "kind" }, ...sections }).map(([key, value]) => [key, JSON.stringify(value)]),
      ),
    });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

test("an app that names what is there", () => {
  expect(issues({ secrets, apps: { api: { ...app, secrets: { API_TOKEN: "shared/token" } } } })).toEqual([]);
});

test.each([
  ["shard/token", 'Unknown item "shard". Did you mean "shared"? Declared under secrets.items: shared'],
  ["shared/tokn", 'Unknown key "tokn". Did you mean "token"? Keys of secrets.items.shared: token'],
])("an app that names %s", (reference, message) => {
  expect(issues({ secrets, apps: { api: { ...app, secrets: { API_TOKEN: reference } } } })).toEqual([
    `strata:apps.api.secrets.API_TOKEN: ${message}`,
  ]);
});

test("what can't be: no section, a variable twice, an item with an app's name, no apps, another kind, a role that is none", () => {
  expect(issues({ apps: { api: { ...app, secrets: { API_TOKEN: "shared/token" } } } })).toEqual([
    "strata:apps.api.secrets.API_TOKEN: There is nothing to read it from. Add strata:secrets with kind: external-secrets",
  ]);
  expect(
    issues({ secrets, apps: { api: { ...app, env: { API_TOKEN: "x" }, secrets: { API_TOKEN: "shared/token" } } } }),
  ).toEqual(["strata:apps.api.secrets.API_TOKEN: API_TOKEN is set under env as well. Remove one of the two"]);
  expect(issues({ secrets, apps: { shared: app } })).toEqual([
    'strata:secrets.items.shared: The name is the app\'s. Name the item otherwise, for example "shared-external"',
  ]);
  expect(issues({ secrets })).toEqual([
    "strata:secrets: Secrets are brought into the namespace of the apps, and the stack has none. Add strata:apps, or remove it",
  ]);
  expect(issues({ secrets: { ...secrets, kind: "sops" }, apps: { api: app } })).toEqual([
    'strata:secrets.kind: "sops" is not allowed. Allowed: external-secrets',
  ]);
  const aws = { kind: "aws", region: "eu-central-1", role: "reader" };
  expect(issues({ secrets: { ...secrets, backend: aws }, apps: { api: app } })).toEqual([
    'strata:secrets.backend.role: got "reader". Expected a role, "arn:aws:iam::123456789012:role/name"',
  ]);
});
