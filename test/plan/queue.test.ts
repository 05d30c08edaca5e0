// The queue costs nothing where it is off; where it is on it is reserved for, waited for, and reachable by who says so.
import { expect, test } from "vitest";
import strata from "../../index.ts";
import { wantedOf } from "../../tools/mirror/wanted.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { workloadsOf } from "../support/kubernetes.ts";
import { stackConfig } from "../support/stack-file.ts";
import { planOf } from "../support/stack-plan.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const app = { image: "ghcr.io/acme/api:1.0.0", port: 8080 };

const record = (queue: Record<string, unknown>): Promise<Plan> => {
  const config = {
    ...stackConfig("dev-fast"),
    "strata:queue": JSON.stringify({ kind: "redpanda", ...queue }),
    "strata:apps": JSON.stringify({ billing: { ...app, queue: true }, other: app }),
  };
  return recordPlan({ stack: "dev-fast", config }, () => strata({ state: "absent", incarnation: 1 }));
};

/** What is fetched for it: broker and Console. */
const fetched = (plan: Plan): string[] =>
  wantedOf(plan).images.flatMap(({ reference }) => /redpandadata\/(\w+)/.exec(reference)?.[1] ?? []);

test("a stack without a queue fetches none of its images", async () => {
  expect(fetched(await planOf("dev-fast"))).toEqual([]);
});

test("a queue without its Console fetches the broker only", async () => {
  expect(fetched(await record({ console: false }))).toEqual(["redpanda"]);
});

test("broker and Console reserve what they take, and are waited for", async () => {
  const plan = await record({});
  expect(fetched(plan).sort()).toEqual(["console", "redpanda"]);
  const queue = workloadsOf(plan).filter(({ metadata }) => metadata.namespace === "messaging");
  expect(
    queue.map(({ metadata, pod, resource }) => [metadata.name, pod.containers[0]?.resources, resource.customTimeouts]),
  ).toEqual([
    ["redpanda", { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "2Gi" } }, true],
    ["redpanda-console", { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } }, true],
  ]);
});

test("an app that uses it is told where it is, waits for it and may reach it; another one not", async () => {
  const plan = await record({});
  const kafka = '"port":9092';
  const inputs = (name: string, type: string) => JSON.stringify(plan.find(name, type).inputs);
  expect(inputs("billing", deployment)).toContain("redpanda.messaging.svc.cluster.local:9092");
  expect(plan.upstream("billing", deployment).has("redpanda")).toBe(true);
  expect(inputs("billing", policy)).toContain(kafka);
  expect(inputs("other", deployment)).not.toContain("KAFKA_BROKERS");
  expect(plan.upstream("other", deployment).has("redpanda")).toBe(false);
  expect(inputs("other", policy)).not.toContain(kafka);
});
