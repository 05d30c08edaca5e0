// Records and proofs in a hosted zone, by roles of the pods that write them.
import { describe, expect, test } from "vitest";
import type { NetworkConfig } from "../../../config/schema.ts";
import { createNetwork } from "../../../layers/network/index.ts";
import { proofStatements, recordStatements } from "../../../layers/network/route53.ts";
import type { IdentityArgs } from "../../../lib/aws/handle.ts";
import { allow } from "../../../lib/aws/policy.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { documentOf, recordedAws } from "../../support/aws/handle.ts";
import { identityPolicyIssues } from "../../support/aws/policy-lint.ts";
import { mockCluster } from "../../support/cluster.ts";
import { networkConfig } from "../../support/network.ts";

const zoneId = "Z0123456789ABC";
const release = "kubernetes:helm.sh/v3:Release";
const endpoint = "kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint";

const dns: NetworkConfig["dns"] = {
  kind: "external-dns",
  provider: { kind: "aws", zoneId },
  zones: ["example.com"],
  policy: "sync",
};

const record = async (
  network: Partial<NetworkConfig>,
  cluster: Partial<ClusterHandle> = {},
): Promise<{ plan: Plan; identities: Map<string, IdentityArgs>; certificates: Map<string, unknown> }> => {
  let found = { identities: new Map<string, IdentityArgs>(), certificates: new Map<string, unknown>() };
  const plan = await recordPlan({ stack: "test" }, () => {
    const { aws, ...account } = recordedAws();
    found = account;
    createNetwork({
      cluster: mockCluster({ local: false, nodePorts: false, aws, ...cluster }),
      config: { ...networkConfig({ gatewayApi: {} }), ...network },
      ingressNamespaces: ["apps"],
      waypointNamespaces: [],
      hosts: ["a.example.com"],
    });
    return {};
  });
  return { plan, ...found };
};

describe("ExternalDNS", () => {
  test("starts with its role, without a Secret, and knows its zone", async () => {
    const { plan, identities } = await record({ dns });
    expect(identities.get("external-dns")).toMatchObject({ namespace: "external-dns", serviceAccount: "external-dns" });
    expect(plan.upstream("external-dns", release).has("aws-identity-external-dns")).toBe(true);
    expect(plan.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret")).toEqual([]);
    expect(plan.find("external-dns", release).inputs["values"]).toMatchObject({
      provider: { name: "aws" },
      policy: "sync",
      env: [],
      extraArgs: [`--zone-id-filter=${zoneId}`],
    });
  });

  test("points the hosts at the load balancer, once it has a name", async () => {
    const { plan } = await record({ dns });
    expect(plan.find("external-dns-routes", endpoint).inputs["spec"]).toEqual({
      endpoints: [{ dnsName: "a.example.com", recordType: "CNAME", targets: ["traefik.elb.mock.amazonaws.com"] }],
    });
    expect(plan.before("external-dns-routes", endpoint)).toContain(plan.find("traefik", "kubernetes:core/v1:Service"));
  });

  test("in a rehearsal, at a name that says so", async () => {
    const { plan } = await record({ dns }, { simulated: true });
    expect(JSON.stringify(plan.find("external-dns-routes", endpoint).inputs)).toContain("rehearsed.elb.amazonaws.com");
  });
});

describe("cert-manager", () => {
  const certificates: NetworkConfig["certificates"] = {
    kind: "cert-manager",
    issuer: { kind: "acme", email: "ops@example.com", server: "https://x", challenge: "dns" },
  };

  test("proves hosts by a role of its own, without a key", async () => {
    const { plan, identities } = await record({ dns, certificates });
    expect(identities.get("certificates")).toMatchObject({
      namespace: "cert-manager",
      serviceAccount: "cert-manager",
    });
    expect(plan.upstream("certificates", release).has("aws-identity-certificates")).toBe(true);
    expect(
      plan.find("certificates-issuer", "kubernetes:cert-manager.io/v1:ClusterIssuer").inputs["spec"],
    ).toMatchObject({
      acme: { solvers: [{ selector: { dnsZones: ["example.com"] }, dns01: { route53: { hostedZoneID: zoneId } } }] },
    });
    expect(plan.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret")).toEqual([]);
  });
});

test("a certificate of the account ends TLS at the load balancer, and apps are told", async () => {
  const { plan, certificates } = await record({ certificates: { kind: "acm", zoneId } });
  expect(certificates.get("gateway")).toEqual({ hosts: ["a.example.com"], zoneId });
  const service = plan.find("traefik", "kubernetes:core/v1:Service").inputs as {
    metadata: { annotations: Record<string, string> };
    spec: { ports: object[] };
  };
  expect(service.metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-ssl-cert"]).toBe(
    "arn:aws:acm:eu-central-1:111122223333:certificate/1",
  );
  expect(service.spec.ports).toHaveLength(2);
  const files = plan.find("traefik", "kubernetes:core/v1:ConfigMap").inputs["data"] as Record<string, string>;
  expect(files["traefik.yaml"]).toContain("came-by-tls@file");
  expect(files["traefik.yaml"]).not.toContain("tls: {}");
  expect(files["dynamic.yaml"]).toContain("X-Forwarded-Proto: https");
  expect(plan.resources.map(({ name }) => name)).not.toContain("certificates");
});

test.each([
  ["records", recordStatements],
  ["proofs", proofStatements],
])("the policy of %s names one zone, and actions that exist", async (_name, statements) => {
  const found = statements({ partition: "aws" }, zoneId);
  for (const statement of found) allow(statement);
  expect(await identityPolicyIssues(await documentOf(found))).toEqual([]);
  const changes = found.find(({ actions }) => actions.includes("route53:ChangeResourceRecordSets"));
  expect(changes?.resources).toEqual([`arn:aws:route53:::hostedzone/${zoneId}`]);
});
