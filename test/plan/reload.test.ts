// Reloader restarts who reads what others than Pulumi change, and nobody else: our own workloads restart by checksum.
import { expect, test } from "vitest";
import strata from "../../index.ts";
import { reloadAnnotation } from "../../lib/reload.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { workloadsOf } from "../support/kubernetes.ts";
import { stackConfig } from "../support/stack-file.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

/** Names of the Secrets that controllers other than Pulumi write: targets of External Secrets. */
const external = (plan: Plan): Set<string> =>
  new Set(
    plan.resources.flatMap(({ type, inputs }) => {
      if (type !== "kubernetes:external-secrets.io/v1:ExternalSecret") return [];
      const { metadata, spec } = inputs as { metadata: { namespace: string }; spec: { target: { name: string } } };
      return [`${metadata.namespace}/${spec.target.name}`];
    }),
  );

/** Every name under a key that refers to a Secret, anywhere in a pod. */
const secretsRead = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(secretsRead);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const reference = child as { name?: string; secretName?: string } | null;
    const own =
      key === "secretKeyRef" || key === "secretRef"
        ? reference?.name
        : key === "secret"
          ? reference?.secretName
          : undefined;
    return [...(own === undefined ? [] : [own]), ...secretsRead(child)];
  });
};

const expected = (plan: Plan) => {
  const managed = external(plan);
  return workloadsOf(plan).map(({ metadata, pod }) => {
    const read = [...new Set(secretsRead(pod))].filter((name) => managed.has(`${metadata.namespace}/${name}`)).sort();
    return [`${metadata.namespace}/${metadata.name}`, read.length > 0 ? read.join(",") : undefined] as const;
  });
};

const found = (plan: Plan) =>
  workloadsOf(plan).map(
    ({ metadata }) => [`${metadata.namespace}/${metadata.name}`, metadata.annotations?.[reloadAnnotation]] as const,
  );

test.each(stacks)("%s: each workload that reads an external Secret is marked with it, no other is", async (stack) => {
  const plan = await planOf(stack);
  expect(found(plan)).toEqual(expected(plan));
  expect(found(plan).length).toBeGreaterThan(10);
});

test("full has such a workload, and Reloader in its namespace", async () => {
  const plan = await planOf("full");
  expect(found(plan).filter(([, mark]) => mark !== undefined)).toEqual([["apps/podinfo", "podinfo-external"]]);
  expect(plan.find("secrets-reloader", "kubernetes:helm.sh/v3:Release").inputs["namespace"]).toBe("apps");
});

test("without Reloader nobody is marked for it", async () => {
  const { "strata:gitops": _, ...config } = stackConfig("full");
  const secrets = JSON.parse(config["strata:secrets"] ?? "{}") as object;
  const plan = await recordPlan(
    { stack: "full", config: { ...config, "strata:secrets": JSON.stringify({ ...secrets, reload: "none" }) } },
    () => strata({ state: "absent", incarnation: 1 }, async (key) => ({ path: `.strata/charts/${key}.tgz` })),
  );
  expect(found(plan).filter(([, mark]) => mark !== undefined)).toEqual([]);
  expect(plan.resources.some(({ name }) => name.includes("reloader") && !name.includes("config-reloader"))).toBe(false);
});
