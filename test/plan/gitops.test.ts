// Who makes what where a stack file has a section gitops: the whole program, for both engines.
import { describe, expect, test } from "vitest";
import { program } from "../../index.ts";
import { type GitOpsFacts, resourceKey } from "../../layers/platform/gitops/delivered.ts";
import { UserError } from "../../lib/errors.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { engineConfig } from "../../tools/plan/config.ts";
import { type Plan, recordPlan } from "../../tools/plan/record.ts";
import { gitOpsFactsOf, revision } from "../../tools/render/facts.ts";

const stackFile = (gitops: string, cluster = "{ kind: kind }"): string => `
config:
  strata:cluster: ${cluster}
  strata:postgres: { databases: { shop: { owner: shop } } }
  strata:objectStore: { kind: garage }
  strata:observability: {}
  strata:apps:
    web: { image: "versions:podinfo", port: 9898, database: shop, bucket: files }
  strata:gitops: ${gitops}
`;
const remote = (more = "") =>
  `source: { kind: remote, url: "https://git.example/site.git", revision: "${revision}"${more} }`;
const flux = stackFile(`{ kind: flux, timeout: 5m, ${remote()} }`);

const rendered = new Map<string, Promise<GitOpsFacts>>();

const factsOf = (text: string): Promise<GitOpsFacts> => {
  const known = rendered.get(text) ?? gitOpsFactsOf("site", text);
  rendered.set(text, known);
  return known;
};

const record = async (text: string, changes: Partial<GitOpsFacts> = {}, secrets: Record<string, string> = {}) => {
  const facts = await factsOf(text);
  const { config } = engineConfig("Pulumi.site.yaml", text, (path) => `secret-of-${path}`);
  return recordPlan({ stack: "site", config: { ...config, ...secrets }, secretKeys: Object.keys(secrets) }, () =>
    program({ state: "absent", incarnation: 1 }, async (key) => ({ path: pathOf(key) }), { ...facts, ...changes }),
  );
};

const kustomizations = (plan: Plan) =>
  plan.resources.filter(({ inputs }) => inputs["kind"] === "Kustomization" || inputs["kind"] === "Application");
/** Names of the Jobs that must have ended before a resource is made. */
const jobsBefore = (plan: Plan, name: string): string[] =>
  [...plan.before(name)].flatMap((resource) => (resource.type.endsWith(":Job") ? [resource.name] : []));
const waits = (inputs: Record<string, unknown>): string[] =>
  JSON.parse(
    (inputs as { metadata: { annotations: Record<string, string> } }).metadata.annotations["pulumi.com/waitFor"] ??
      "[]",
  );

describe("flux", () => {
  test("gets what is rendered, and Pulumi keeps what stays", async () => {
    const [plan, facts] = [await record(flux), await factsOf(flux)];
    const objects = plan.resources.filter(
      ({ type, parent }) => type.startsWith("kubernetes:") && !parent.includes("Deliveries"),
    );
    const files = objects.filter(({ provider }) => provider.endsWith("gitops-files"));
    expect(files.map(({ type, name }) => resourceKey(type, name)).sort()).toEqual(
      Object.values(facts.delivered).flat().sort(),
    );
    const kept = objects.filter(({ provider }) => !provider.endsWith("gitops-files"));
    const keys = kept.map(({ type, name }) => resourceKey(type, name));
    expect([...facts.staying].filter((key) => !keys.includes(key))).toEqual([]);
    expect(files.filter(({ secretPaths, type }) => secretPaths.length > 0 || type.endsWith(":Secret"))).toEqual([]);
    expect(files.length).toBeGreaterThan(50);
  });

  test("has one Kustomization for each component, ready when it is healthy at that commit", async () => {
    const [plan, facts] = [await record(flux), await factsOf(flux)];
    expect(
      kustomizations(plan)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      Object.keys(facts.delivered)
        .map((component) => `deliveries-${component}`)
        .sort(),
    );
    const { inputs } = plan.find("deliveries-observability-loki");
    expect(inputs).toMatchObject({
      metadata: { name: "observability-loki", namespace: "flux-system" },
      spec: { path: "./gitops/site/observability-loki", prune: true, wait: true, timeout: "5m" },
    });
    expect(waits(inputs)).toEqual([`jsonpath={.status.lastAppliedRevision}=sha1:${revision}`, "condition=Ready"]);
    const source = plan.find("deliveries-source").inputs;
    expect(source["spec"]).toMatchObject({ url: "https://git.example/site.git", ref: { commit: revision } });
  });

  test("is told of a component when what the component waits for is there, and of no other later", async () => {
    const plan = await record(flux);
    expect(jobsBefore(plan, "deliveries-observability-loki")).toEqual(["garage-setup"]);
    expect(jobsBefore(plan, "deliveries-web").sort()).toEqual(["garage-setup", "postgres-setup"]);
    // A Job that sets up what is not delivered yet would never end.
    for (const name of ["garage", "postgres", "observability-prometheus", "observability-grafana"])
      expect([name, jobsBefore(plan, `deliveries-${name}`)]).toEqual([name, []]);
    // Whoever doesn't use the engine doesn't wait for it.
    const engine = plan.find("gitops", "kubernetes:helm.sh/v3:Release");
    const waiting = plan.resources.filter(
      ({ custom, name, type, parent }) =>
        custom && !parent.includes("Deliveries") && plan.before(name, type).has(engine),
    );
    expect(waiting.map(({ name }) => name)).toEqual([]);
  });

  test("reads a repository of its own with the token that the stack keeps, and with none it is said", async () => {
    const text = stackFile(`{ kind: flux, ${remote(", auth: token")} }`);
    const failure = record(text);
    await expect(failure).rejects.toThrow(
      "strata:gitops.source.auth: token needs the secret strata:gitToken, which is not set. Set it with: pulumi config set --secret gitToken",
    );
    const plan = await record(text, {}, { "strata:gitToken": "s3cr3t-token" });
    const { inputs, secretPaths } = plan.find("deliveries-repository");
    expect(inputs["stringData"]).toMatchObject({ value: { username: "git", password: "s3cr3t-token" } });
    expect(secretPaths).toEqual(["stringData"]);
    expect(plan.find("deliveries-source").inputs["spec"]).toMatchObject({ secretRef: { name: "repository" } });
  });
});

describe("argocd", () => {
  const text = stackFile("{ kind: argocd }");

  test("has one Application for each component, from a Git server that serves this checkout", async () => {
    const [plan, facts] = [await record(text), await factsOf(text)];
    expect(kustomizations(plan).length).toBe(Object.keys(facts.delivered).length);
    const { inputs } = plan.find("deliveries-web");
    const { source } = inputs["spec"] as { source: { repoURL: string; targetRevision: string } };
    expect(source.repoURL).toBe("http://git-server.argocd.svc.cluster.local/cgi-bin/checkout.git");
    // Of the rendered files alone: a commit that changes nothing there delivers nothing anew.
    expect(source.targetRevision).toMatch(/^[0-9a-f]{40}$/);
    expect(source.targetRevision).not.toBe(revision);
    expect(waits(inputs)).toEqual([
      `jsonpath={.status.sync.revision}=${source.targetRevision}`,
      "jsonpath={.status.sync.status}=Synced",
      "jsonpath={.status.health.status}=Healthy",
    ]);
    expect(plan.upstream("deliveries-web")).toContain("deliveries-git-server");
  });

  test("gives its login to the outputs, as a secret, and the chart a hash of it", async () => {
    const plan = await record(text);
    expect(plan.outputs["urls"]).toMatchObject({ argocd: "http://localhost:30080" });
    expect(plan.outputs["credentials"]).toMatchObject({ argocd: { user: "admin" } });
    expect(plan.find("gitops", "kubernetes:helm.sh/v3:Release").secretPaths).toEqual([
      "values.configs.secret.argocdServerAdminPassword",
    ]);
  });

  test("opens a repository over ssh with a key and the host's own lines", async () => {
    const ssh = `{ kind: argocd, source: { kind: remote, url: "ssh://git@git.example/site.git", revision: "${revision}", auth: ssh, knownHosts: "git.example ssh-ed25519 AAAA" } }`;
    const plan = await record(stackFile(ssh), {}, { "strata:gitSshKey": "PRIVATE" });
    const { inputs, secretPaths } = plan.find("deliveries-repository");
    expect(inputs).toMatchObject({
      metadata: { labels: { "argocd.argoproj.io/secret-type": "repository" } },
      stringData: { value: { type: "git", url: "ssh://git@git.example/site.git", sshPrivateKey: "PRIVATE" } },
    });
    expect(secretPaths).toEqual(["stringData"]);
  });
});

test("on simulated nodes Pulumi applies all of it, and nobody waits for an engine that does not run", async () => {
  const text = stackFile("{ kind: flux }", "{ kind: kwok }");
  const plan = await record(text);
  expect(plan.resources.filter(({ provider }) => provider.endsWith("gitops-files"))).toEqual([]);
  const made = kustomizations(plan);
  expect(made.length).toBeGreaterThan(10);
  expect(JSON.stringify(made)).not.toContain("waitFor");
});

describe("a rendered folder that is not the program's is refused", () => {
  const refused = async (changes: (facts: GitOpsFacts) => Partial<GitOpsFacts>, message: string) => {
    const failure = record(flux, changes(await factsOf(flux)));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.not.toThrow(UserError);
  };

  test("it lacks what the program has", async () => {
    await refused(
      ({ delivered: { web, ...delivered } }) => ({ delivered: { ...delivered, web: (web ?? []).slice(1) } }),
      "gitops/site is not what the program comes to: it does not know kubernetes:",
    );
  });

  test("it has what the program has no more", async () => {
    await refused(
      ({ delivered }) => ({ delivered: { ...delivered, gone: ["kubernetes:apps/v1:Deployment gone"] } }),
      "it has what is no more: kubernetes:apps/v1:Deployment gone.\nRun: npm run render site, and commit what changed",
    );
  });
});
