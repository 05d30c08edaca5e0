// OpenBao beside the rest of a platform: what waits for what, in which order it goes, and what its objects say.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import strata from "../../index.ts";
import { mockKubeconfig } from "../../tools/plan/mock-state.ts";
import { type Plan, type Registration, recordPlan } from "../../tools/plan/record.ts";
import { charts, imageReference, images } from "../../versions.ts";
import { mockApi } from "../support/cluster.ts";
import { clusterSpecFields, tenantSpecFields } from "../support/openbao/fields.ts";

const release = "kubernetes:helm.sh/v3:Release";
const clusterType = "kubernetes:openbao.org/v1alpha1:OpenBaoCluster";
const tenantType = "kubernetes:openbao.org/v1alpha1:OpenBaoTenant";
const job = "kubernetes:batch/v1:Job";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const namespace = "kubernetes:core/v1:Namespace";
const secret = "kubernetes:core/v1:Secret";

const sections = {
  cluster: { kind: "kind" },
  network: { ingress: { kind: "traefik" } },
  objectStore: { kind: "garage" },
  observability: {},
  postgres: { kind: "native", databases: { app: { owner: "app" } } },
};

const withEdge = {
  network: { ingress: { kind: "traefik", api: "gateway" }, certificates: { kind: "cert-manager" }, edge: {} },
};

const record = (
  openbao: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
  { preview = false }: { readonly preview?: boolean } = {},
): Promise<Plan> =>
  recordPlan(
    {
      stack: "test",
      preview,
      config: Object.fromEntries(
        Object.entries({ ...sections, ...more, openbao: { kind: "operator", ...openbao } }).map(([name, value]) => [
          `strata:${name}`,
          JSON.stringify(value),
        ]),
      ),
    },
    () =>
      strata(
        { state: "absent", incarnation: 1 },
        async (key) => ({ path: `.strata/charts/${key}.tgz` }),
        undefined,
        async () => (preview ? undefined : mockApi),
      ),
  );

const spec = (of: Plan) => of.find("openbao-cluster", clusterType).inputs["spec"] as Record<string, unknown>;
const annotations = (of: Registration) =>
  (of.inputs["metadata"] as { annotations: Record<string, string> }).annotations;

let plan: Plan;
beforeAll(async () => {
  plan = await record();
});

test("definitions, operator, tenant, cluster: each is there before the next, and so is gone after it", () => {
  const definitions = plan.find("openbao-definitions", release);
  const operator = plan.find("openbao-operator", release);
  const tenant = plan.find("openbao-tenant", tenantType);
  const cluster = plan.find("openbao-cluster", clusterType);
  const before = (of: Registration) => plan.before(of.name, of.type);
  expect(before(operator).has(definitions)).toBe(true);
  expect(before(tenant).has(operator)).toBe(true);
  expect(before(cluster).has(tenant)).toBe(true);
  expect(before(definitions).has(operator)).toBe(false);
});

test("namespaces, and the operator's way to the API server, outlive whatever the operator cleans up", () => {
  const before = plan.before("openbao-cluster", clusterType);
  const outlives = [
    plan.find("openbao-namespace", namespace),
    plan.find("openbao-operator-namespace", namespace),
    plan.find("openbao-operator", policy),
    plan.find("openbao-backup-login", secret),
  ];
  expect(outlives.filter((resource) => !before.has(resource))).toEqual([]);
  const tenant = plan.before("openbao-tenant", tenantType);
  expect(tenant.has(plan.find("openbao-namespace", namespace))).toBe(true);
});

test("a section that leaves the stack file is deleted in that order on a cluster that stays: nothing goes with the cluster alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "openbao-plan-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, mockKubeconfig());
  const cluster = { kind: "existing", kubeconfig, context: "mock" };
  const policy = { kind: "none", byTag: { openbao: "no digest of it is known to versions.ts" } };
  const existing = await record({}, { cluster, policy }).finally(() => rmSync(folder, { recursive: true }));
  const own = existing.resources.filter(({ name, custom }) => custom && name.startsWith("openbao"));
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter(({ deletedWith }) => deletedWith !== "")).toEqual([]);
});

test("the definitions come from the release's own file, of the operator's version, and the chart brings none", () => {
  expect(charts.openbaoDefinitions.version).toBe(charts.openbaoOperator.version);
  expect(plan.find("openbao-definitions", release).inputs).toMatchObject({
    chart: ".strata/charts/openbaoDefinitions.tgz",
    skipCrds: false,
  });
  expect(plan.find("openbao-operator", release).inputs).toMatchObject({
    namespace: "openbao-operator-system",
    skipCrds: true,
    version: charts.openbaoOperator.version,
  });
});

test("nothing but OpenBao's own waits for any of it", () => {
  const waiting = plan.resources.filter(
    ({ custom, name, type }) =>
      custom && [...plan.before(name, type)].some((before) => before.custom && before.name.startsWith("openbao")),
  );
  expect(waiting.length).toBeGreaterThan(5);
  expect(waiting.filter(({ name }) => !name.startsWith("openbao")).map(({ name }) => name)).toEqual([]);
});

test("only the cluster, and what waits for it, waits for the bucket", () => {
  expect(plan.upstream("openbao-cluster", clusterType).has("garage-setup")).toBe(true);
  expect(plan.upstream("openbao-tenant", tenantType).has("garage-setup")).toBe(false);
});

test("every field of the tenant and of the cluster is documented, and fits", () => {
  const cluster = clusterSpecFields.safeParse(spec(plan));
  expect(cluster.error?.issues ?? []).toEqual([]);
  const tenant = plan.find("openbao-tenant", tenantType).inputs;
  expect(tenantSpecFields.safeParse(tenant["spec"]).error?.issues ?? []).toEqual([]);
  expect(tenant["metadata"]).toMatchObject({ name: "bao-tenant", namespace: "openbao-operator-system" });
});

test("self-init knows what the API server says of itself, in the order in which its requests need each other", () => {
  const { requests } = spec(plan)["selfInit"] as { requests: { path: string; data?: Record<string, unknown> }[] };
  expect(requests.map(({ path }) => path)).toEqual([
    "sys/auth/jwt",
    "auth/jwt/config",
    "sys/mounts/secret",
    "sys/policies/acl/admin",
    "auth/jwt/role/admin",
  ]);
  expect(requests[1]?.data).toEqual({ bound_issuer: mockApi.issuer, jwt_validation_pubkeys: mockApi.publicKeys });
  expect(requests[4]?.data).toMatchObject({
    bound_audiences: ["openbao-internal"],
    bound_subject: "system:serviceaccount:openbao:openbao-admin",
    token_policies: ["admin"],
  });
  expect(spec(plan)["network"]).toMatchObject({ apiServerEndpointIPs: mockApi.endpoints });
});

test("a preview of a cluster that is not there yet shows what is known, and makes nothing up", async () => {
  const shown = spec(await record({}, {}, { preview: true }));
  expect(shown).toMatchObject({ profile: "Development", version: images.openbao.tag, storage: { size: "1Gi" } });
  expect(JSON.stringify(shown["selfInit"])).not.toMatch(/bound_issuer|PUBLIC KEY/);
});

test("the engine waits for the operator's own conditions, and for none where no operator runs", async () => {
  expect(JSON.parse(annotations(plan.find("openbao-cluster", clusterType))["pulumi.com/waitFor"] ?? "")).toEqual([
    "condition=Available=True",
    "condition=OpenBaoInitialized=True",
  ]);
  expect(JSON.parse(annotations(plan.find("openbao-tenant", tenantType))["pulumi.com/waitFor"] ?? "")).toEqual([
    "condition=Provisioned=True",
  ]);
  expect(plan.find("openbao-cluster", clusterType).customTimeouts).toBe(true);
  const simulated = await record({}, { cluster: { kind: "kwok" } });
  expect(JSON.stringify(simulated.find("openbao-cluster", clusterType).inputs)).not.toContain("waitFor");
  expect(JSON.stringify(simulated.find("openbao-tenant", tenantType).inputs)).not.toContain("waitFor");
});

test("nothing that the operator or a command writes is declared", () => {
  const { inputs } = plan.find("openbao-cluster", clusterType);
  expect(JSON.stringify(inputs)).not.toMatch(/trigger-backup|breakGlassAck|"paused"/);
  expect(spec(plan)["upgrade"]).not.toHaveProperty("requests");
  expect(plan.resources.filter(({ type }) => type.endsWith(":OpenBaoRestore"))).toEqual([]);
});

test("images are those that are put into the nodes, the one of the rehearsed upgrade too", async () => {
  const { image, initContainer, backup, upgrade } = spec(plan) as Record<string, { image?: string }> & {
    image: string;
  };
  expect(image).toBe(imageReference(images.openbao));
  for (const part of [initContainer, backup, upgrade])
    expect(part?.image).toMatch(/^ghcr\.io\/dc-tec\/openbao-.*:0\.5\.1$/);
  const rehearsing = await record({ upgrade: { to: "2.6.3" } });
  const known = rehearsing.outputs["versions"] as Record<string, string>;
  expect(Object.values(known)).toContain("quay.io/openbao/openbao:2.6.3");
  expect(spec(rehearsing)["image"]).toBe(imageReference(images.openbao));
});

test("another version is the same repository's image", async () => {
  const older = await record({ version: "2.6.1" });
  expect(spec(older)).toMatchObject({ version: "2.6.1", image: "quay.io/openbao/openbao:2.6.1" });
});

test("the Job proves the admin's login: a token for OpenBao alone, TLS verified against the operator's authority", () => {
  expect(plan.upstream("openbao-access", job).has("openbao-cluster")).toBe(true);
  const text = JSON.stringify(plan.find("openbao-access", job).inputs);
  expect(text).toContain('"audience":"openbao-internal"');
  expect(text).toContain('"automountServiceAccountToken":false');
  expect(text).toContain('"name":"bao-tls-ca"');
  expect(text).toContain('"value":"openbao-cluster-bao.local"');
  expect(text).not.toMatch(/skip.?verify/i);
  expect(text).toContain('{"name":"DEMO_LOGIN","value":"off"}');
});

test("with a demo login its password is in one Secret of the cluster and in the outputs, and nowhere else", async () => {
  expect(plan.resources.filter(({ name }) => name === "openbao-demo-login")).toEqual([]);
  const demo = await record({ demoLogin: true });
  const holding = demo.resources.filter(({ inputs }) =>
    JSON.stringify(inputs).includes("password-of-openbao-demo-login"),
  );
  expect(holding.map(({ name, type }) => `${name} ${type}`)).toEqual([`openbao-demo-login ${secret}`]);
  expect(holding[0]?.secretPaths).toEqual(["stringData"]);
  expect(JSON.stringify(demo.find("openbao-access", job).inputs)).toContain('{"name":"DEMO_LOGIN","value":"on"}');
  expect(JSON.stringify(demo.outputs["credentials"])).toContain("demo-admin");
  const name = (of: Plan) => (of.find("openbao-access", job).inputs["metadata"] as { name: string }).name;
  expect(name(demo)).not.toBe(name(plan));
});

test("no secret is in the cluster's spec, nor in anything but Secrets", () => {
  const telling = /password-of-|string-of-|(ab){16}|(cd){12}/;
  const leaks = plan.resources.filter(
    ({ type, inputs }) => type !== secret && !type.startsWith("random:") && telling.test(JSON.stringify(inputs)),
  );
  expect(leaks.map(({ name }) => name)).toEqual([]);
  expect(plan.find("openbao-cluster", clusterType).secretPaths).toEqual([]);
  expect(plan.find("openbao-backup-login", secret).secretPaths).toEqual(["stringData"]);
  expect(JSON.stringify(plan.find("openbao-backup-login", secret).inputs)).toContain('"secretAccessKey":"');
});

test("backups: their own bucket and folder, as many as fit their age, and the way to the store for Jobs and operator", () => {
  expect(spec(plan)["backup"]).toMatchObject({
    schedule: "*/30 * * * *",
    retention: { maxAge: "24h", maxCount: 59 },
    target: {
      provider: "s3",
      endpoint: "http://garage.storage.svc.cluster.local:3900",
      bucket: "openbao-backups",
      pathPrefix: "clusters/bao",
      usePathStyle: true,
      credentialsSecretRef: { name: "bao-backup-login" },
    },
  });
  const store = '"kubernetes.io/metadata.name":"storage"';
  expect(JSON.stringify(spec(plan)["network"])).toContain(store);
  expect(JSON.stringify(plan.find("openbao-operator", policy).inputs)).toContain(store);
  const ingress = JSON.stringify(plan.find("garage", policy).inputs);
  expect(ingress).toContain('"app.kubernetes.io/name":"openbao"');
  expect(ingress).toContain('"app.kubernetes.io/name":"openbao-operator"');
  expect(spec(plan)["deletionPolicy"]).toBe("DeletePVCs");
});

test("both namespaces deny what is not written down, admit restricted pods only, and say whose tenant they are", () => {
  for (const name of ["openbao", "openbao-operator"]) {
    const labels = (plan.find(`${name}-namespace`, namespace).inputs["metadata"] as { labels: Record<string, string> })
      .labels;
    expect(labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    expect(plan.find(`${name}-deny-all`, policy).inputs["spec"]).toMatchObject({ podSelector: {} });
  }
  expect(JSON.stringify(plan.find("openbao-namespace", namespace).inputs)).toContain('"openbao.org/tenant":"true"');
  const { trustedIngressPeers } = spec(plan)["network"] as { trustedIngressPeers: unknown[] };
  expect(trustedIngressPeers).toEqual([
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openbao" } },
      podSelector: { matchLabels: { "app.kubernetes.io/name": "openbao-access" } },
    },
  ]);
});

test("AppArmor is on; off, its reason stays on the cluster", async () => {
  expect(spec(plan)["workloadHardening"]).toEqual({ appArmorEnabled: true });
  expect(annotations(plan.find("openbao-cluster", clusterType))).not.toHaveProperty("strata.dev/node-limitation");
  const off = await record({ appArmor: { enabled: false, because: "the engine's virtual machine has none" } });
  expect(spec(off)["workloadHardening"]).toEqual({ appArmorEnabled: false });
  expect(annotations(off.find("openbao-cluster", clusterType))["strata.dev/node-limitation"]).toBe(
    "AppArmor is off: the engine's virtual machine has none",
  );
});

test("without a gateway before it there is no route, no address, and the operator looks for no Gateway API", () => {
  expect(spec(plan)).not.toHaveProperty("gateway");
  expect(plan.outputs["urls"]).not.toHaveProperty("openbao");
  expect(plan.find("openbao-operator", release).inputs["values"]).toMatchObject({ gatewayAPI: { enabled: false } });
});

test("behind a gateway: the operator makes the route, encrypted again and verified, and the gateway's pods may come in", async () => {
  const behind = await record({ host: "vault.strata.localhost" }, withEdge);
  expect(clusterSpecFields.safeParse(spec(behind)).error?.issues ?? []).toEqual([]);
  expect(spec(behind)["gateway"]).toMatchObject({
    enabled: true,
    gatewayRef: { namespace: "edge" },
    hostname: "vault.strata.localhost",
    backendTLS: { enabled: true, hostname: "openbao-cluster-bao.local" },
  });
  expect(JSON.stringify(spec(behind)["network"])).toContain('"app.kubernetes.io/name":"traefik"');
  expect((behind.outputs["urls"] as Record<string, string>)["openbao"]).toMatch(/^https:\/\/vault\.strata\.localhost/);
  expect(behind.find("openbao-operator", release).inputs["values"]).toMatchObject({ gatewayAPI: { enabled: true } });
  const readers = behind.resources.filter(
    ({ type, inputs }) =>
      type.endsWith(":RoleBinding") && (inputs["metadata"] as { namespace?: string }).namespace === "openbao",
  );
  expect(readers.map(({ name }) => name)).toEqual(["edge-openbao-gateway-reader"]);
});
