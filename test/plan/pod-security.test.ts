// Each namespace against the Pod Security Standard that it enforces, and each exception against what still needs it.
import { beforeAll, describe, expect, test } from "vitest";
import { program } from "../../index.ts";
import { privilegedNamespaces } from "../../lib/pod-security.ts";
import { namespaces } from "../../names.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { engineConfig } from "../../tools/plan/config.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { mockApi } from "../support/cluster.ts";
import { objectsOf, workloadsOf } from "../support/kubernetes.ts";
import { restrictedFaults, type SecuredPod } from "../support/pod-security.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

/** No stack file of the repository has it. */
const calico = (): Promise<Plan> => {
  const text = "config:\n  strata:cluster: { kind: kind }\n  strata:network: { cni: { kind: calico } }\n";
  const { config } = engineConfig("Pulumi.calico.yaml", text);
  const ask = async () => mockApi;
  return recordPlan({ stack: "calico", config }, () =>
    program({ state: "absent", incarnation: 1 }, async (key) => ({ path: pathOf(key) }), undefined, ask),
  );
};

const levelsOf = (plan: Plan) =>
  objectsOf(plan)
    .filter(({ kind }) => kind === "Namespace")
    .map(({ metadata }) => [metadata.name ?? "", metadata.labels] as const);

const podsOf = (plan: Plan) =>
  workloadsOf(plan).map(({ metadata, pod }) => ({
    id: `${metadata.namespace}/${metadata.name}`,
    namespace: metadata.namespace ?? "",
    faults: restrictedFaults(pod as unknown as SecuredPod),
  }));

describe.each(stacks)("%s", (stack) => {
  let plan: Plan;

  beforeAll(async () => {
    plan = await planOf(stack);
  });

  test("enforces the restricted standard, and warns by it, wherever there is no reason against it", () => {
    const levels = levelsOf(plan);
    expect(levels.length).toBeGreaterThan(3);
    for (const mode of ["enforce", "warn"])
      expect(levels.map(([name, labels]) => [name, labels?.[`pod-security.kubernetes.io/${mode}`]])).toEqual(
        levels.map(([name]) => [name, name in privilegedNamespaces ? "privileged" : "restricted"]),
      );
  });

  test("makes no pod that its namespace would refuse", () => {
    const held = podsOf(plan).filter(({ namespace }) => !(namespace in privilegedNamespaces));
    expect(held.length).toBeGreaterThan(7);
    expect(held.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });
});

test("every exception is still needed: its namespace is made, and not all of its pods would pass", async () => {
  const plans: Plan[] = [];
  for (const stack of stacks) plans.push(await planOf(stack));
  plans.push(await calico());
  const stale = Object.keys(privilegedNamespaces).flatMap((namespace) => {
    const there = plans.filter((plan) => levelsOf(plan).some(([name]) => name === namespace));
    if (there.length === 0) return [`${namespace}: no stack has it. Take it out of lib/pod-security.ts`];
    const pods = there.flatMap(podsOf).filter((pod) => pod.namespace === namespace);
    // Pods of charts are in no plan: there the reason has to do.
    const isCharts =
      pods.length === 0 &&
      there.some((plan) =>
        plan.resources.some(({ type, inputs }) => type.endsWith(":Release") && inputs["namespace"] === namespace),
      );
    const isNeeded = isCharts || pods.some(({ faults }) => faults.length > 0);
    return isNeeded
      ? []
      : [`${namespace}: every pod there passes the restricted standard. Take it out of lib/pod-security.ts`];
  });
  expect(stale).toEqual([]);
  expect(Object.keys(privilegedNamespaces)).toContain(namespaces.nodeAgents);
});
