import { describe, expect, test } from "vitest";
import { kyvernoValues } from "../../../../layers/platform/policy/kyverno-values.ts";
import { governed, ruleSpec } from "../../../../layers/platform/policy/rules.ts";
import { imageParts } from "../../../../lib/chart-images.ts";
import { nodeAccess } from "../../../../lib/node-access.ts";
import { namespaces, nodePorts } from "../../../../names.ts";
import { sharedRules } from "../../../../policy/rules/index.ts";
import type { Plan } from "../../../../tools/plan/record.ts";
import { planWith } from "../../../support/istio/plan.ts";
import { parsedConfig } from "../../../support/network.ts";

const image = (role: string) => imageParts(`reg.kyverno.io/kyverno/${role}:v1.0.0`);

describe("the chart", () => {
  test("has requests, limits and images of ours for each container", () => {
    const bounded = {
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    };
    const values = kyvernoValues({ local: true }, image);
    expect(values.admissionController).toMatchObject({
      replicas: 1,
      initContainer: { image: { repository: "kyverno/init", tag: "v1.0.0" }, resources: bounded },
      container: { image: { registry: "reg.kyverno.io", repository: "kyverno/admission" }, resources: bounded },
    });
    expect(values.reportsController).toMatchObject({ image: { repository: "kyverno/reports" }, resources: bounded });
    expect(kyvernoValues({ local: false }, image).admissionController.replicas).toBe(3);
  });

  test("takes its webhooks along when it goes", () => {
    expect(kyvernoValues({ local: true }, image).webhooksCleanup.enabled).toBe(true);
  });
});

const rules = sharedRules({ digests: "not asked", loadBalancers: {} });
const ruleOf = (name: string) => {
  const rule = rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  return rule;
};

describe("the policies", () => {
  test("leave the namespaces of charts and of others alone", () => {
    const charts = ["kube-system", namespaces.mesh, namespaces.policy, namespaces.microservices];
    expect(charts.filter((name) => governed.includes(name))).toEqual([]);
    for (const rule of rules)
      expect(ruleSpec(rule).matchConstraints.namespaceSelector.matchExpressions[0]?.values).toEqual([...governed]);
  });

  test("except the workloads that the plan's tests except, and nobody else", () => {
    const exempt = (name: string, more: readonly string[] = []) =>
      ruleSpec(ruleOf(name), more).variables?.find((variable) => variable.name === "exempt")?.expression ?? "";
    for (const workload of Object.keys(nodeAccess)) expect(exempt("strata-node")).toContain(`"${workload}"`);
    expect(rules.filter(({ name }) => exempt(name) !== "").map(({ name }) => name)).toEqual(["strata-node"]);
    expect(exempt("strata-hardening", ["apps/shop"])).toBe('variables.workload in ["apps/shop"]');
  });

  test("let an excepted thing pass each demand of the rule", () => {
    const validations = (more: readonly string[]) => ruleSpec(ruleOf("strata-ports"), more).validations;
    expect(validations(["apps/shop"]).map(({ expression }) => expression)).toEqual(
      validations([]).map(({ expression }) => `variables.exempt || ${expression}`),
    );
  });

  test("know every node port of ours", () => {
    const text = JSON.stringify(ruleSpec(ruleOf("strata-ports")).validations);
    for (const port of Object.values(nodePorts)) expect(text).toContain(String(port));
  });
});

test("audit is the default, and no other engine is installed", () => {
  expect(parsedConfig({}).policy).toEqual({ kind: "none", preview: "mandatory", rules: {}, exceptions: [], byTag: {} });
  expect(parsedConfig({ policy: { kind: "kyverno" } }).policy).toMatchObject({ kind: "kyverno", action: "audit" });
  expect(() => parsedConfig({ policy: { kind: "gatekeeper" } })).toThrow("strata:policy.kind: ");
  expect(() => parsedConfig({ policy: { kind: "kyverno", action: "warn" } })).toThrow("Allowed: audit, enforce");
});

const policiesIn = (plan: Plan) =>
  plan.resources
    .filter(({ type }) => type.startsWith("kubernetes:policies.kyverno.io/"))
    .map(({ inputs }) => inputs as { metadata: { name: string }; spec: { validationActions: string[] } });

test("nothing waits for it but its policies, which say what becomes of an offender", { timeout: 60_000 }, async () => {
  const plan = await planWith({
    "strata:policy": { kind: "kyverno", action: "enforce" },
    "strata:queue": { kind: "redpanda" },
  });
  const waiting = plan.resources.filter(
    ({ custom, name, type }) => custom && plan.upstream(name, type).has("kyverno-release"),
  );
  expect(waiting.map(({ type }) => type)).toEqual(
    rules.map(() => "kubernetes:policies.kyverno.io/v1:ValidatingPolicy"),
  );
  expect(policiesIn(plan).map(({ spec }) => spec.validationActions)).toEqual(rules.map(() => ["Deny"]));
});

test("what the stack file says of the rules holds in the cluster too", { timeout: 60_000 }, async () => {
  const reason = "brought over as it is, until spring";
  const plan = await planWith({
    "strata:policy": {
      kind: "kyverno",
      rules: { "strata-ports": { level: "disabled", reason }, "strata-images": { level: "advisory", reason } },
      exceptions: [{ rule: "strata-resources", of: "apps/legacy", reason }],
    },
  });
  const names = policiesIn(plan).map(({ metadata }) => metadata.name);
  expect(names).toEqual(rules.map(({ name }) => name).filter((name) => name !== "strata-ports"));
  const resources = policiesIn(plan).find(({ metadata }) => metadata.name === "strata-resources");
  expect(JSON.stringify(resources?.spec)).toContain('variables.workload in [\\"apps/legacy\\"]');
});
