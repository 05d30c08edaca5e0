import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { ciliumValues } from "../../../layers/network/cni/cilium-values.ts";
import { Istio } from "../../../layers/network/mesh/istio.ts";
import { istioFlows } from "../../../layers/network/mesh/istio-flows.ts";
import {
  istioBaseValues,
  istioCniValues,
  istiodValues,
  ztunnelValues,
} from "../../../layers/network/mesh/istio-values.ts";
import { imageParts } from "../../../lib/chart-images.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { mockCluster } from "../../support/cluster.ts";

const image = (role: string) => imageParts(`docker.io/istio/${role}:1.0.0`);
const traits = { local: true, simulated: false };

test("every container has a request and a limit, and an image that we chose", () => {
  const bounded = {
    requests: { cpu: expect.any(String), memory: expect.any(String) },
    limits: { memory: expect.any(String) },
  };
  const istiod = istiodValues(traits, image);
  expect(istiod).toMatchObject({ image: "docker.io/istio/pilot:1.0.0", resources: bounded });
  expect(istiod.global).toMatchObject({
    proxy: { image: "docker.io/istio/proxy:1.0.0" },
    waypoint: { resources: bounded },
  });
  expect(istioCniValues(image)).toMatchObject({ image: "docker.io/istio/installer:1.0.0", resources: bounded });
  expect(ztunnelValues(image)).toMatchObject({ image: "docker.io/istio/proxy:1.0.0", resources: bounded });
});

test("one istiod on a laptop, two elsewhere", () => {
  expect(istiodValues(traits, image).replicaCount).toBe(1);
  expect(istiodValues({ ...traits, local: false }, image).replicaCount).toBe(2);
});

test("nobody asks a webhook that nothing answers", () => {
  expect(istioBaseValues(traits)).toEqual({});
  expect(istioBaseValues({ ...traits, simulated: true })).toEqual({ defaultRevision: "" });
  expect(istiodValues({ ...traits, simulated: true }, image).global.configValidation).toBe(false);
});

test("traces go to the collector where there is one", () => {
  expect(istiodValues(traits, image).meshConfig).not.toHaveProperty("enableTracing");
  expect(istiodValues({ ...traits, collector: "otel.observability:4317" }, image).meshConfig).toMatchObject({
    enableTracing: true,
    extensionProviders: [{ opentelemetry: { service: "otel.observability", port: 4317 } }],
  });
});

test("Cilium leaves Istio's plugin in the folder, and its traffic to ztunnel", () => {
  const values = ciliumValues({ kind: "cilium", hubble: true }, { name: "strata-test", nodePorts: true }, image);
  expect(values).toMatchObject({ cni: { exclusive: false }, socketLB: { hostNamespaceOnly: true } });
  // Its masquerading by BPF loses the probes' link-local address.
  expect(values).not.toHaveProperty("bpf");
  expect(istioCniValues(image).chained).toBe(true);
});

test("istiod may reach where the keys are", () => {
  const keysAt = (jwksUri: string) =>
    istioFlows({ issuers: { users: { issuer: "users", jwksUri, audiences: [] } }, waypoints: [] })["istiod"]
      ?.egress?.[1];
  expect(keysAt("http://auth.microservices.svc.cluster.local:8090/keys")).toEqual({
    peers: [{ namespace: "microservices" }],
    ports: [],
  });
  expect(keysAt("https://id.example.com/keys")).toEqual({ peers: ["internet"], ports: [443] });
  expect(keysAt("https://id.example.com:8443/keys")).toEqual({ peers: ["internet"], ports: [8443] });
});

const record = (changes: Partial<ClusterHandle>, samplingPercent?: number): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const cluster = mockCluster(changes);
    new Istio(
      "istio",
      {
        cluster,
        config: {
          kind: "istio",
          issuers: {},
          services: {},
          tracing: samplingPercent === undefined ? {} : { samplingPercent },
        },
        gatewayApi: { ready: pulumi.output("gateway-api") },
        members: ["edge"],
        waypoints: [],
        telemetry: { namespace: "observability", otlpGrpc: "http://otel:4317", otlpHttp: "http://otel:4318" },
      },
      cluster.options,
    );
    return {};
  });

test("every request is traced on a laptop, one in a hundred elsewhere, unless the stack file says how many", async () => {
  const share = async (plan: Promise<Plan>) =>
    JSON.stringify((await plan).find("istio-mesh-tracing").inputs).match(/"randomSamplingPercentage":([\d.]+)/)?.[1];
  expect(await share(record({}))).toBe("100");
  expect(await share(record({ local: false }))).toBe("1");
  expect(await share(record({ local: false }, 12.5))).toBe("12.5");
});
