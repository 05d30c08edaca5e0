// The edge of a whole stack on EKS: load balancer, DNS, certificates and secrets, in the account and in its rehearsal.
import { afterEach, describe, expect, test } from "vitest";
import strata from "../../index.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";

const zoneId = "Z0123456789ABC";
const sections = (network: object) => ({
  cluster: {
    kind: "eks",
    name: "prod",
    region: "eu-central-1",
    account: "111122223333",
    apiServer: { access: "private" },
  },
  network: {
    dns: { kind: "external-dns", provider: { kind: "aws", zoneId }, zones: ["example.com"] },
    ...network,
  },
  secrets: {
    kind: "external-secrets",
    backend: { kind: "aws" },
    items: { shared: { keys: { token: { from: "prod/shared" } } } },
  },
  apps: {
    shop: {
      image: "ghcr.io/acme/shop:1.4.2@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      port: 8080,
      routes: [{ host: "shop.example.com", path: "/" }],
    },
  },
});

const proof = {
  ingress: { kind: "traefik", api: "gateway" },
  certificates: { kind: "cert-manager", issuer: { kind: "acme", email: "ops@example.com", challenge: "dns" } },
};
const ofTheAccount = { certificates: { kind: "acm", zoneId } };

const plan = (network: object, stack = "prod"): Promise<Plan> =>
  recordPlan(
    {
      stack,
      config: Object.fromEntries(
        Object.entries(sections(network)).map(([name, value]) => [`strata:${name}`, JSON.stringify(value)]),
      ),
    },
    () => strata({ state: "absent", incarnation: 1 }, async () => ({ path: ".strata/charts/chart.tgz" })),
  );

const rehearse = (network: object): Promise<Plan> => {
  process.env["STRATA_CLUSTER"] = "kwok";
  return plan(network);
};
afterEach(() => {
  delete process.env["STRATA_CLUSTER"];
});

const service = "kubernetes:core/v1:Service";
const release = "kubernetes:helm.sh/v3:Release";
const association = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const accountsOf = ({ resources }: Plan) =>
  resources
    .filter(({ type }) => type === association)
    .map(({ inputs }) => `${inputs["namespace"]}/${inputs["serviceAccount"]}`);

describe("in the account", () => {
  test("each controller starts after its own role, and nothing is looked up", async () => {
    const found = await plan(proof);
    expect(found.calls).toEqual([]);
    expect(accountsOf(found)).toEqual(
      expect.arrayContaining([
        "aws-load-balancers/aws-load-balancer-controller",
        "external-dns/external-dns",
        "cert-manager/cert-manager",
        "external-secrets/external-secrets",
      ]),
    );
    for (const [controller, identity] of [
      ["load-balancers", "load-balancers"],
      ["external-dns", "external-dns"],
      ["certificates", "certificates"],
      ["secrets-operator", "secrets"],
    ] as const)
      expect([controller, found.before(controller, release).has(found.find(identity, association))]).toEqual([
        controller,
        true,
      ]);
    expect(found.outputs["urls"]).toMatchObject({ traefik: "https://shop.example.com" });
  });

  test("on destroy the Service goes by itself, while its controller, the nodes and their network are there", async () => {
    const found = await plan(proof);
    const before = found.before("traefik", service);
    expect(before).toContain(found.find("load-balancers", release));
    const types = new Set([...before].map(({ type }) => type));
    for (const type of [
      "aws:eks/nodeGroup:NodeGroup",
      "aws:ec2/natGateway:NatGateway",
      "aws:iam/rolePolicy:RolePolicy",
      association,
    ])
      expect([type, types.has(type)]).toEqual([type, true]);
    const byUrn = new Map(found.resources.map((resource) => [resource.urn, resource]));
    for (let at = byUrn.get(found.find("traefik", service).urn); at; at = byUrn.get(at.parent))
      expect([at.name, at.deletedWith]).toEqual([at.name, ""]);
  });

  test("a certificate of AWS's is asked for at once, and the load balancer waits until it is issued", async () => {
    const found = await plan(ofTheAccount);
    const validation = found.find("certificate-gateway", "aws:acm/certificateValidation:CertificateValidation");
    expect(found.before("traefik", service)).toContain(validation);
    expect([...found.before(validation.name, validation.type)].map(({ type }) => type)).not.toContain(
      "aws:eks/cluster:Cluster",
    );
  });
});

describe.each([
  ["proofs by DNS", proof],
  ["a certificate of AWS's", ofTheAccount],
  ["Cilium", { cni: { kind: "cilium" } }],
])("rehearsed with %s", (_name, network) => {
  test("all of it is made in the cluster, nothing in an account, and no address is waited for", async () => {
    const found = await rehearse(network);
    expect(found.resources.filter(({ type }) => type.startsWith("aws:") || type === "pulumi:providers:aws")).toEqual(
      [],
    );
    expect(found.find("load-balancers", release).inputs["values"]).toMatchObject({ vpcId: "vpc-rehearsed" });
    expect(found.find("traefik", service).inputs).toMatchObject({
      metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { type: "LoadBalancer" },
    });
    expect(found.calls).toEqual([]);
  });
});
