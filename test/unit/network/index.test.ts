import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { NetworkConfig } from "../../../config/schema.ts";
import { createNetwork, type NetworkArgs } from "../../../layers/network/index.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { mockCluster } from "../../support/cluster.ts";
import { networkConfig, referenceNetwork } from "../../support/network.ts";

const telemetry = {
  namespace: "observability",
  otlpGrpc: "http://otel-collector.observability:4317",
  otlpHttp: "http://otel-collector.observability:4318",
};

interface Given {
  readonly config?: NetworkConfig;
  readonly cluster?: Partial<ClusterHandle>;
  readonly args?: () => Partial<NetworkArgs>;
}

const record = ({ config, cluster, args }: Given = {}): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const { gateway, podNetwork } = createNetwork({
      cluster: mockCluster(cluster),
      config: config ?? networkConfig(),
      telemetry,
      ingressNamespaces: ["apps"],
      waypointNamespaces: [],
      hosts: [],
      ...args?.(),
    });
    return {
      url: gateway.url,
      reader: gateway.reader,
      podNetwork: podNetwork.ready,
      ...(gateway.api === "ingress" && {
        ingressClass: gateway.ingressClass,
        annotation: gateway.middlewareAnnotation(["cors", "retry"]),
      }),
    };
  });

const types = (plan: Plan) => plan.resources.map(({ type }) => type);
const inputs = (plan: Plan, name: string, type: string): Record<string, unknown> => plan.find(name, type).inputs;

const service = "kubernetes:core/v1:Service";
const configMap = "kubernetes:core/v1:ConfigMap";
const deployment = "kubernetes:apps/v1:Deployment";

describe("the gateway", () => {
  test("hands out its address, class, role and middleware names", async () => {
    expect((await record()).outputs).toEqual({
      url: "http://localhost:30081",
      ingressClass: "traefik",
      reader: { clusterRole: "strata-traefik-routes", serviceAccount: "traefik" },
      podNetwork: "default",
      annotation: "cors@file,retry@file",
    });
  });

  test("listens on the node ports of a local cluster", async () => {
    const spec = inputs(await record(), "traefik", service)["spec"];
    expect(spec).toMatchObject({
      type: "NodePort",
      ports: [
        { name: "web", port: 80, nodePort: 30081 },
        { name: "websecure", port: 443, nodePort: 30444 },
      ],
    });
  });

  test("has no address on simulated nodes, nor without node ports, where it is a ClusterIP", async () => {
    const simulated = await record({ cluster: { simulated: true } });
    expect(simulated.outputs["url"]).toBeUndefined();
    const plan = await record({ cluster: { local: false, nodePorts: false } });
    expect(plan.outputs["url"]).toBeUndefined();
    expect(inputs(plan, "traefik", service)["spec"]).toMatchObject({ type: "ClusterIP" });
  });

  test("shows its dashboard on local clusters only", async () => {
    const files = async (given: Given) => inputs(await record(given), "traefik", configMap)["data"];
    expect(JSON.stringify(await files({}))).toContain("api@internal");
    const elsewhere = JSON.stringify(await files({ cluster: { local: false } }));
    expect(elsewhere).not.toContain("api@internal");
    expect(elsewhere).not.toContain("dashboard");
  });

  test("a changed middleware changes the ConfigMap and leaves the pods alone", async () => {
    const retry = (attempts: number) =>
      networkConfig({ ingress: { kind: "traefik", middlewares: { retry: { kind: "retry", attempts } } } });
    const [before, after] = [await record({ config: retry(2) }), await record({ config: retry(3) })];
    const changed = before.resources
      .filter(({ name, type, inputs: old }) => JSON.stringify(old) !== JSON.stringify(after.find(name, type).inputs))
      .map(({ type }) => type);
    expect(changed).toEqual([configMap]);
  });

  test("a changed static setting restarts the pods", async () => {
    const annotations = async (logLevel: string) => {
      const plan = await record({ config: networkConfig({ ingress: { kind: "traefik", logLevel } }) });
      const spec = inputs(plan, "traefik", deployment)["spec"] as {
        template: { metadata: { annotations: Record<string, string> } };
      };
      return spec.template.metadata.annotations["strata.dev/checksum"];
    };
    expect(await annotations("DEBUG")).not.toBe(await annotations("INFO"));
  });

  test("reads Secrets nowhere but where a RoleBinding says so", async () => {
    const plan = await record();
    const cluster = inputs(plan, "traefik", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")["rules"];
    expect(cluster).toEqual([
      { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: ["list", "watch"] },
      { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch"] },
    ]);
    const bindings = plan.resources.filter(({ type }) => type.endsWith(":ClusterRoleBinding"));
    expect(bindings.map(({ inputs: { roleRef } }) => roleRef)).toEqual([
      { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "strata-traefik" },
    ]);
  });

  test("gets a disruption budget with its second replica", async () => {
    const budget = "kubernetes:policy/v1:PodDisruptionBudget";
    expect(types(await record())).not.toContain(budget);
    const two = await record({ config: networkConfig({ ingress: { kind: "traefik", replicas: 2 } }) });
    expect(inputs(two, "traefik", budget)["spec"]).toMatchObject({ maxUnavailable: 1 });
  });
});

describe("extra routes", () => {
  test("their namespace is made, watched and readable for the gateway", async () => {
    const plan = await record({ config: referenceNetwork() });
    expect(inputs(plan, "microservices-namespace", "kubernetes:core/v1:Namespace")["metadata"]).toMatchObject({
      name: "microservices",
    });
    expect(plan.find("microservices-gateway-reader").inputs).toMatchObject({
      metadata: { namespace: "microservices" },
      roleRef: { kind: "ClusterRole", name: "strata-traefik-routes" },
      subjects: [{ kind: "ServiceAccount", name: "traefik", namespace: "edge" }],
    });
    const { "traefik.yaml": file } = inputs(plan, "traefik", configMap)["data"] as Record<string, string>;
    expect(file).toContain("namespaces:\n      - apps\n      - microservices\n");
  });

  test("somebody else's cluster keeps its own namespaces", async () => {
    const plan = await record({ config: referenceNetwork(), cluster: { local: false } });
    expect(plan.resources.filter(({ name }) => name.startsWith("microservices"))).toEqual([]);
  });
});

describe("the tunnel", () => {
  const tunnel = networkConfig({
    tunnel: { kind: "cloudflared", tunnel: "platform", hosts: { "app.example.com": "ingress" } },
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("without its secret there is a warning, and nothing of it: no placeholder either", async () => {
    const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    const plan = await record({ config: tunnel });
    expect(plan.resources.filter(({ name }) => name.startsWith("cloudflared"))).toEqual([]);
    expect(types(plan)).not.toContain("kubernetes:core/v1:Secret");
    expect(warn.mock.calls).toEqual([
      [
        "network.tunnel is set but the secret strata:tunnelCredentials is not, so there is no tunnel. Set it with: pulumi config set --secret tunnelCredentials < ~/.cloudflared/<tunnel id>.json",
      ],
    ]);
  });

  test("a secret without a tunnel makes nothing", async () => {
    const plan = await record({ args: () => ({ tunnelCredentials: pulumi.secret("{}") }) });
    expect(plan.resources.filter(({ name }) => name.startsWith("cloudflared"))).toEqual([]);
  });

  test("with both it runs two replicas, its credentials in a Secret only", async () => {
    const plan = await record({ config: tunnel, args: () => ({ tunnelCredentials: pulumi.secret("top-secret") }) });
    expect(JSON.stringify(inputs(plan, "cloudflared", "kubernetes:core/v1:Secret"))).toContain("top-secret");
    const { spec } = inputs(plan, "cloudflared", deployment) as { spec: { replicas: number } };
    expect(spec.replicas).toBe(2);
    const elsewhere = plan.resources.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
    expect(JSON.stringify(elsewhere.map((resource) => resource.inputs))).not.toContain("top-secret");
  });
});
