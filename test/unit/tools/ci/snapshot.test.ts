import { expect, test } from "vitest";
import { isMasked, snapshotOf } from "../../../../tools/ci/plan/snapshot.ts";
import type { Registration } from "../../../../tools/plan/record.ts";
import { secret } from "../../../../tools/plugins/rpc/values.ts";

const registration = (more: Partial<Registration>): Registration => ({
  urn: "urn:pulumi:s::strata::x::x",
  type: "kubernetes:core/v1:ConfigMap",
  name: "x",
  custom: true,
  inputs: {},
  secretPaths: [],
  parent: "",
  dependencies: [],
  provider: "",
  deletedWith: "",
  deleteBeforeReplace: false,
  protect: false,
  ignoreChanges: [],
  customTimeouts: false,
  ...more,
});

const component = registration({
  urn: "urn:pulumi:s::strata::c::postgres",
  type: "strata:platform:Postgres",
  name: "postgres",
  custom: false,
});

test("a resource has the layer and the component that it is in, and its name in the cluster", () => {
  const inputs = { metadata: { name: "config", namespace: "database" } };
  const resources = [component, registration({ parent: component.urn, inputs })];
  expect(snapshotOf({ resources })).toEqual([
    {
      urn: "urn:pulumi:s::strata::x::x",
      kind: "ConfigMap",
      name: "database/config",
      layer: "platform",
      component: "postgres",
      by: "pulumi",
      protect: false,
      inputs,
    },
  ]);
});

test("what GitOps delivers is said to be its", () => {
  const resources = [registration({}), registration({ urn: "urn:y", name: "y" })];
  const delivered = new Set(["kubernetes:core/v1:ConfigMap y"]);
  expect(snapshotOf({ resources }, delivered).map(({ name, by }) => [name, by])).toEqual([
    ["x", "pulumi"],
    ["y", "gitops"],
  ]);
});

test("in place of what is marked secret stands a digest, of every text in it", () => {
  const inputs = { spec: { env: [{ name: "A", value: "hunter2" }], other: "plain" } };
  const [found] = snapshotOf({ resources: [registration({ inputs, secretPaths: ["spec.env.0.value"] })] });
  expect(found?.inputs).toEqual({
    spec: { env: [{ name: "A", value: expect.stringMatching(/^\[secret \w{12}\]$/) }], other: "plain" },
  });
});

test("of what the SDK marks for the secret in it, the rest is compared", () => {
  const values = secret({ replicas: 2, password: "hunter2" });
  const [found] = snapshotOf({ resources: [registration({ inputs: { values }, secretPaths: ["values.password"] })] });
  expect(found?.inputs).toEqual({ values: { replicas: 2, password: expect.stringMatching(/^\[secret \w{12}\]$/) } });
});

test("a Secret's data count as secret, marked or not", () => {
  const resources = [
    registration({
      type: "kubernetes:core/v1:Secret",
      inputs: { stringData: { key: "hunter2" }, data: { a: "aHVudGVyMg==" } },
    }),
  ];
  const [found] = snapshotOf({ resources });
  const masked = expect.stringMatching(/^\[secret \w{12}\]$/);
  expect(found?.inputs).toEqual({ stringData: { key: masked }, data: { a: masked } });
  expect(isMasked("[secret 0123456789ab]")).toBe(true);
  expect(isMasked("[secret hunter2]")).toBe(false);
});
