// The gateway on AWS: who waits for whom on the way up and down, and what the load balancer is told.
import { describe, expect, test } from "vitest";
import { createNetwork } from "../../../layers/network/index.ts";
import { balancedAnnotations } from "../../../layers/network/traefik-service.ts";
import type { AwsHandle } from "../../../lib/aws/handle.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { recordedAws } from "../../support/aws/handle.ts";
import { mockCluster } from "../../support/cluster.ts";
import { networkConfig } from "../../support/network.ts";

const service = "kubernetes:core/v1:Service";
const release = "kubernetes:helm.sh/v3:Release";
const deployment = "kubernetes:apps/v1:Deployment";

interface Given {
  readonly network?: Record<string, unknown>;
  readonly hosts?: readonly string[];
  readonly account?: Partial<AwsHandle>;
  readonly cluster?: Partial<ClusterHandle>;
}

const record = ({ network, hosts = [], account, cluster }: Given = {}): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const { aws } = recordedAws(account);
    const { url } = createNetwork({
      cluster: mockCluster({ local: false, nodePorts: false, aws, ...cluster }),
      config: networkConfig(network),
      ingressNamespaces: ["apps"],
      waypointNamespaces: [],
      hosts,
    });
    return { url };
  });

const metadataOf = (plan: Plan, name: string, type: string) =>
  plan.find(name, type).inputs["metadata"] as { annotations?: Record<string, string>; labels: Record<string, string> };
const specOf = (plan: Plan, name: string, type: string) => plan.find(name, type).inputs["spec"];
const staticFileOf = (plan: Plan) =>
  (plan.find("traefik", "kubernetes:core/v1:ConfigMap").inputs["data"] as Record<string, string>)["traefik.yaml"];

describe("on destroy", () => {
  test("the Service goes before the controller, and this one before its role, the nodes and the network", async () => {
    const plan = await record();
    expect(plan.before("traefik", service)).toContain(plan.find("load-balancers", release));
    expect([...plan.upstream("load-balancers", release)]).toEqual(
      expect.arrayContaining(["aws-identity-load-balancers", "aws-operational", "aws-vpc"]),
    );
  });

  test("no resource's end excuses the Service's own, up to the top", async () => {
    const plan = await record();
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    let at = plan.find("traefik", service);
    const passed: string[] = [];
    for (;;) {
      expect([at.name, at.deletedWith]).toEqual([at.name, ""]);
      passed.push(at.type);
      const above = byUrn.get(at.parent);
      if (above === undefined) break;
      at = above;
    }
    expect(passed).toContain("strata:network:Traefik");
  });
});

describe("on the way up", () => {
  test("pods and routes wait for no controller and no load balancer", async () => {
    const plan = await record();
    const waiting = plan.resources.filter(
      ({ custom, name, type }) => custom && plan.before(name, type).has(plan.find("load-balancers", release)),
    );
    expect(waiting.map(({ name, type }) => `${name} ${type}`)).toEqual([`traefik ${service}`]);
  });

  test("`up` waits for the load balancer, a rehearsal does not", async () => {
    const real = await record();
    expect(metadataOf(real, "traefik", service).annotations).not.toHaveProperty("pulumi.com/skipAwait");
    expect(real.find("traefik", service).customTimeouts).toBe(true);
    const simulated = await record({ cluster: { simulated: true } });
    expect(metadataOf(simulated, "traefik", service).annotations).toMatchObject({ "pulumi.com/skipAwait": "true" });
    expect(metadataOf(simulated, "traefik-namespace", "kubernetes:core/v1:Namespace").labels).not.toHaveProperty([
      "elbv2.k8s.aws/pod-readiness-gate-inject",
    ]);
    expect(simulated.outputs["url"]).toBeUndefined();
  });
});

test("a network load balancer of the class that the controller serves, in the public subnets, to the pods themselves", async () => {
  const plan = await record();
  expect(specOf(plan, "traefik", service)).toMatchObject({
    type: "LoadBalancer",
    loadBalancerClass: "service.k8s.aws/nlb",
    allocateLoadBalancerNodePorts: false,
    ports: [{ name: "web", port: 80 }],
  });
  const prefix = "service.beta.kubernetes.io/aws-load-balancer-";
  expect(metadataOf(plan, "traefik", service).annotations).toMatchObject({
    [`${prefix}scheme`]: "internet-facing",
    [`${prefix}nlb-target-type`]: "ip",
    [`${prefix}subnets`]: "subnet-a,subnet-b",
    [`${prefix}target-group-attributes`]: "preserve_client_ip.enabled=true,deregistration_delay.timeout_seconds=60",
    [`${prefix}healthcheck-path`]: "/ping",
    [`${prefix}additional-resource-tags`]: "strata:cluster=strata-test,team=platform",
  });
});

test("EKS Auto Mode has a controller of its own", async () => {
  const plan = await record({ account: { nodes: "auto" } });
  expect(plan.resources.filter(({ type }) => type === release)).toEqual([]);
  expect(specOf(plan, "traefik", service)).toMatchObject({ loadBalancerClass: "eks.amazonaws.com/nlb" });
  // Its policies refuse a load balancer with such tags.
  expect(JSON.stringify(metadataOf(plan, "traefik", service).annotations)).not.toContain("additional-resource-tags");
});

test("two replicas over the zones, a pod serves until the load balancer has let go of it, which may ask for its health", async () => {
  const plan = await record();
  expect(specOf(plan, "traefik", deployment)).toMatchObject({
    replicas: 2,
    template: {
      spec: {
        terminationGracePeriodSeconds: 90,
        topologySpreadConstraints: [
          { topologyKey: "topology.kubernetes.io/zone" },
          { topologyKey: "kubernetes.io/hostname" },
        ],
        containers: [{ lifecycle: { preStop: { sleep: { seconds: 60 } } } }],
      },
    },
  });
  expect(plan.find("traefik", "kubernetes:policy/v1:PodDisruptionBudget").inputs).toMatchObject({
    spec: { maxUnavailable: 1 },
  });
  expect(
    (specOf(plan, "traefik", "kubernetes:networking.k8s.io/v1:NetworkPolicy") as { ingress: object[] }).ingress,
  ).toContainEqual({ ports: [{ port: 8080, protocol: "TCP" }], from: [{ ipBlock: { cidr: "10.0.0.0/16" } }] });
});

test("its address is the first host, or the load balancer's name", async () => {
  expect((await record({ hosts: ["*.example.com", "a.example.com"] })).outputs["url"]).toBe("http://a.example.com");
  expect((await record()).outputs["url"]).toMatch(/^http:\/\/.*\.elb\./);
});

describe("with a certificate", () => {
  test("plain HTTP is sent to port 443, but for the authority that asks before there is one", async () => {
    const plan = await record({
      network: { ingress: { kind: "traefik", api: "gateway" }, certificates: { kind: "cert-manager" } },
      hosts: ["a.example.com"],
    });
    expect(plan.outputs["url"]).toBe("https://a.example.com");
    expect(specOf(plan, "traefik", service)).toMatchObject({ ports: [{ port: 80 }, { name: "websecure", port: 443 }] });
    expect(staticFileOf(plan)).toContain("allowACMEByPass: true");
    expect(staticFileOf(plan)).toContain("permanent: true");
  });

  test("the tunnel speaks plain HTTP, and is not sent anywhere", async () => {
    const plan = await record({
      network: {
        ingress: { kind: "traefik", api: "gateway" },
        certificates: { kind: "cert-manager" },
        tunnel: { kind: "cloudflared", tunnel: "t", hosts: { "a.example.com": "ingress" } },
      },
      hosts: ["a.example.com"],
    });
    expect(staticFileOf(plan)).not.toContain("redirections");
  });
});

test("with one of the account's, the load balancer ends TLS of version 1.2 or later", () => {
  const annotations = balancedAnnotations({ subnetIds: ["a"], tags: {}, certificate: "arn:aws:acm:x" });
  const own = Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key.replace(/.*aws-load-balancer-/, ""), value]),
  );
  expect(own).toMatchObject({
    "ssl-cert": "arn:aws:acm:x",
    "ssl-ports": "443",
    "ssl-negotiation-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
  });
});
