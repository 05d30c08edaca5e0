// Secrets of the account, in the stack file of an EKS cluster, of its rehearsal, and of other clusters.
import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const eks = {
  kind: "eks",
  name: "prod",
  region: "eu-central-1",
  account: "111122223333",
  apiServer: { access: "private" },
};

const issues = (backend: object, from: string, cluster: object = eks, rehearse = false) => {
  const secrets = {
    kind: "external-secrets",
    backend: { kind: "aws", ...backend },
    items: { shared: { keys: { token: { from } } } },
  };
  const apps = {
    a: {
      image: "ghcr.io/acme/app:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      port: 80,
    },
  };
  try {
    parseConfig({
      file: "Pulumi.test.yaml",
      sections: Object.fromEntries(
        Object.entries({ cluster, secrets, apps }).map(([name, value]) => [name, JSON.stringify(value)]),
      ),
      secrets: new Set(),
      ...(rehearse && { overrides: { cluster: "kwok" } }),
    });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const role = "arn:aws:iam::111122223333:role/apps";
const own = "On EKS the controller has a role of its own, for secrets of the cluster's region. Remove the key";

test.each<[string, object, string, object, string[]]>([
  [
    "another login and region than the controller's",
    { role, region: "eu-west-1" },
    "prod/api",
    eks,
    [`strata:secrets.backend.region: ${own}`, `strata:secrets.backend.role: ${own}`],
  ],
  [
    "a name that the role may not read",
    {},
    "api",
    eks,
    [
      'strata:secrets.items.shared.keys.token.from: "api" is not below prod/, which is all that the role may read. Name it prod/..., or set secrets.backend.prefix',
    ],
  ],
  [
    "a parameter that is no path",
    { service: "ParameterStore", prefix: "team" },
    "team/api",
    eks,
    [
      'strata:secrets.items.shared.keys.token.from: "team/api" is not below /team/, which is all that the role may read. Name it /team/..., or set secrets.backend.prefix',
    ],
  ],
  [
    "a prefix where no role is made, without a region",
    { prefix: "team", role },
    "team/api",
    { kind: "kind" },
    [
      'strata:secrets.backend.region: missing. Give the region of the secrets, "eu-central-1"',
      "strata:secrets.backend.prefix: It says what the role may read that strata makes on EKS. Remove the key",
    ],
  ],
])("%s is refused", (_name, backend, from, cluster, expected) => {
  expect(issues(backend, from, cluster)).toEqual(expected);
});

test("no login is asked for on EKS, nor in its rehearsal", () => {
  expect(issues({}, "prod/api")).toEqual([]);
  expect(issues({}, "prod/api", eks, true)).toEqual([]);
  expect(issues({ service: "ParameterStore" }, "/prod/api")).toEqual([]);
});
