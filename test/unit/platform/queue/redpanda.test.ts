import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { QueueConfig } from "../../../../config/schema.ts";
import { Redpanda } from "../../../../layers/platform/queue/redpanda.ts";
import { brokerArgs, brokerPod } from "../../../../layers/platform/queue/redpanda-pod.ts";
import { outputValue, recordPlan } from "../../../../tools/plan/record.ts";

const images = { reference: (image: string) => pulumi.output(`registry/${image}:1`) };
const config: QueueConfig = { kind: "redpanda", storage: "2Gi", memory: "2Gi", console: true };

const record = async (changes: Partial<QueueConfig>, exposed: boolean) => {
  let queue: Redpanda | undefined;
  const plan = await recordPlan({ stack: "test" }, () => {
    const args = { images, config: { ...config, ...changes }, nodePorts: exposed, clients: [{ namespace: "apps" }] };
    queue = new Redpanda("redpanda", args);
    return {};
  });
  if (!queue) throw new Error("the program did not run");
  return { plan, queue };
};

const service = "kubernetes:core/v1:Service";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

describe("brokerArgs", () => {
  it("allocates four fifths of the limit on one core, and advertises the Service", () => {
    expect(brokerArgs(config, "queue.example")).toEqual([
      "--mode=dev-container",
      "--smp=1",
      "--memory=1638M",
      "--default-log-level=warn",
      "--kafka-addr=internal://0.0.0.0:9092",
      "--advertise-kafka-addr=internal://queue.example:9092",
      "--rpc-addr=127.0.0.1:33145",
      "--advertise-rpc-addr=127.0.0.1:33145",
    ]);
  });
});

describe("brokerPod", () => {
  it("reserves the memory that it takes", () => {
    const pod = brokerPod({ config, image: "i", address: "a" });
    expect(pod.containers[0]?.resources).toEqual({ cpu: "500m", memory: "2Gi", memoryLimit: "2Gi" });
    expect(pod.metrics).toEqual({ port: 9644, path: "/public_metrics" });
  });
});

describe("Redpanda", () => {
  it("opens nothing to the console when there is none", async () => {
    const { plan } = await record({ console: false }, true);
    expect(plan.resources.filter(({ name }) => name.includes("console"))).toEqual([]);
    const { spec } = plan.find("redpanda", policy).inputs as { spec: { ingress: { from: object[] }[] } };
    expect(spec.ingress.map(({ from }) => from.length)).toEqual([1, 1]);
  });

  it("starts the console when the broker is ready, on its NodePort", async () => {
    const { plan, queue } = await record({}, true);
    expect(plan.upstream("redpanda-console", "kubernetes:apps/v1:Deployment").has("redpanda")).toBe(true);
    expect(plan.find("redpanda-console", service).inputs["spec"]).toMatchObject({
      type: "NodePort",
      ports: [{ port: 8080, nodePort: 30082 }],
    });
    expect(await outputValue(queue.brokers)).toBe("redpanda.messaging.svc.cluster.local:9092");
  });

  it("keeps the console inside a cluster without NodePorts", async () => {
    const { plan } = await record({}, false);
    expect(plan.find("redpanda-console", service).inputs["spec"]).toMatchObject({
      type: "ClusterIP",
      ports: [{ name: "http", port: 8080, targetPort: 8080 }],
    });
    const { spec } = plan.find("redpanda-console", policy).inputs as { spec: { ingress: { from?: object[] }[] } };
    expect(spec.ingress.map(({ from }) => from?.length)).toEqual([1]);
  });
});
