import { describe, expect, test } from "vitest";
import { kyvernoValues } from "../../../../layers/platform/policy/kyverno-values.ts";
import { governed, ruleSpec, rules } from "../../../../layers/platform/policy/rules.ts";
import { imageParts } from "../../../../lib/chart-images.ts";
import { nodeAccess } from "../../../../lib/node-access.ts";
import { namespaces, nodePorts } from "../../../../names.ts";
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

describe("the policies", () => {
  test("leave the namespaces of charts and of others alone", () => {
    const charts = ["kube-system", namespaces.mesh, namespaces.policy, namespaces.microservices];
    expect(charts.filter((name) => governed.includes(name))).toEqual([]);
    for (const rule of rules)
      expect(ruleSpec(rule).matchConstraints.namespaceSelector.matchExpressions[0]?.values).toEqual([...governed]);
  });

  test("except the workloads that the plan's tests except, and nobody else", () => {
    const node = rules.find(({ name }) => name === "strata-node");
    for (const workload of Object.keys(nodeAccess)) expect(node?.variables["exempt"]).toContain(`"${workload}"`);
    expect(rules.filter(({ variables }) => "exempt" in variables)).toEqual([node]);
  });

  test("know every node port of ours", () => {
    const text = JSON.stringify(rules.find(({ name }) => name === "strata-ports")?.validations);
    for (const port of Object.values(nodePorts)) expect(text).toContain(String(port));
  });
});

test("audit is the default, and no other engine is installed", () => {
  expect(parsedConfig({ policy: { kind: "kyverno" } }).policy).toEqual({ kind: "kyverno", action: "audit" });
  expect(() => parsedConfig({ policy: { kind: "gatekeeper" } })).toThrow("strata:policy.kind: ");
  expect(() => parsedConfig({ policy: { kind: "kyverno", action: "warn" } })).toThrow("Allowed: audit, enforce");
});

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
  expect(waiting.map(({ inputs }) => (inputs["spec"] as { validationActions: string[] }).validationActions)).toEqual(
    rules.map(() => ["Deny"]),
  );
});
