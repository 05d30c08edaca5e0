import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { Config } from "../../../config/schema.ts";
import { appBuckets, appNamespaces, createAppSpace, createApps } from "../../../layers/apps/index.ts";
import type { ClusterImages, Gateway, ObjectStoreHandle, PostgresHandle } from "../../../lib/handles.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { keyBucket } from "../../support/bucket.ts";
import { mockCluster } from "../../support/cluster.ts";
import { parsedConfig } from "../../support/network.ts";

const gateway: Gateway = {
  api: "ingress",
  admission: [],
  url: "http://localhost:30081",
  ingressClass: pulumi.output("traefik"),
  namespace: "edge",
  reader: { clusterRole: pulumi.output("routes"), serviceAccount: "traefik" },
  middlewareAnnotation: (names) => names.map((name) => `${name}@file`).join(","),
};
const postgres: PostgresHandle = {
  peer: { namespace: "database", workload: "postgres" },
  database: (name) => ({
    host: "postgres.database",
    port: 5432,
    database: pulumi.output(name),
    sslMode: "disable",
    user: "dev",
    password: pulumi.secret("hunter2"),
  }),
};
const objectStore: ObjectStoreHandle = {
  bucket: keyBucket,
};
const telemetry = { namespace: "observability", otlpGrpc: "http://collector:4317", otlpHttp: "http://collector:4318" };

const podinfo = {
  image: "versions:podinfo",
  port: 9898,
  routes: [{ path: "/", middlewares: ["retry"] }],
  probes: { readiness: "/readyz", liveness: "/healthz" },
  metrics: { port: 9797 },
};

const configOf = (apps: Record<string, unknown>): Config =>
  parsedConfig({
    network: { ingress: { kind: "traefik", middlewares: { retry: { kind: "retry", attempts: 2 } } } },
    postgres: { databases: { app_db: { owner: "dev" } } },
    objectStore: { kind: "garage" },
    apps,
  });

const record = (apps: Record<string, unknown>, images?: ClusterImages): Promise<Plan> =>
  recordPlan({ stack: "test" }, () => {
    const cluster = mockCluster(images ? { images } : {});
    const config = configOf(apps).apps;
    const space = createAppSpace(config, { gateway }, cluster.options);
    const platform = { gateway, postgres, objectStore, telemetry };
    return { urls: createApps({ cluster, config, ...platform, ...(space && { space }) }, cluster.options) };
  });

const kinds = (plan: Plan, name: string): string[] =>
  plan.resources
    .filter((resource) => resource.custom && resource.name === name)
    .map(({ type }) => type.slice(type.lastIndexOf(":") + 1))
    .sort();

interface DeploymentInputs {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata: { readonly annotations: Record<string, string> };
      readonly spec: {
        readonly topologySpreadConstraints?: object[];
        readonly securityContext: { readonly runAsUser: number };
        readonly volumes?: object[];
        readonly containers: [{ readonly image: string; readonly env?: object[]; readonly ports: object[] }];
      };
    };
  };
}
const deploymentOf = (plan: Plan, name: string): DeploymentInputs =>
  plan.find(name, "kubernetes:apps/v1:Deployment").inputs as unknown as DeploymentInputs;

test("no apps, no namespace", async () => {
  expect((await record({})).resources.filter(({ type }) => type.startsWith("kubernetes:"))).toEqual([]);
  expect(appNamespaces({})).toEqual([]);
});

describe("an app", () => {
  test("is four objects and one for each route", async () => {
    const plan = await record({ podinfo });
    expect(kinds(plan, "podinfo")).toEqual(["Deployment", "Ingress", "NetworkPolicy", "Service"]);
    expect(plan.outputs["urls"]).toEqual({ podinfo: "http://localhost:30081/" });
  });

  test("its image is the key of the versions file, or a reference as it is", async () => {
    const plan = await record({ podinfo, other: { image: "ghcr.io/acme/app:1.0.0", port: 80 } });
    expect(deploymentOf(plan, "podinfo").spec.template.spec.containers[0].image).toBe("image-of:podinfo");
    expect(deploymentOf(plan, "other").spec.template.spec.containers[0].image).toBe("image-of:ghcr.io/acme/app:1.0.0");
  });

  test("a changed image tag changes one object", async () => {
    const at = (tag: string) => record({ podinfo: { ...podinfo, image: `ghcr.io/stefanprodan/podinfo:${tag}` } });
    const [before, after] = [await at("6.9.1"), await at("6.9.2")];
    const changed = before.resources.filter(
      ({ name, type, inputs }) => JSON.stringify(inputs) !== JSON.stringify(after.find(name, type).inputs),
    );
    expect(changed.map(({ type }) => type)).toEqual(["kubernetes:apps/v1:Deployment"]);
  });

  test("its Prometheus target, probes and traces are set", async () => {
    const { template } = deploymentOf(await record({ podinfo }), "podinfo").spec;
    expect(template.metadata.annotations).toEqual({
      "prometheus.io/scrape": "true",
      "prometheus.io/port": "9797",
      "prometheus.io/path": "/metrics",
    });
    const [container] = template.spec.containers;
    expect(container).toMatchObject({
      startupProbe: { httpGet: { path: "/readyz", port: 9898 }, periodSeconds: 1 },
      readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
      livenessProbe: { httpGet: { path: "/healthz", port: 9898 } },
      ports: [
        { name: "http", containerPort: 9898 },
        { name: "metrics", containerPort: 9797 },
      ],
    });
    expect(container.env).toContainEqual({ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://collector:4317" });
  });

  test("waits for its namespace, its image and its own database, and for nothing of another app", async () => {
    const plan = await record({ podinfo, other: { image: "ghcr.io/acme/app:1.0.0", port: 80, database: "app_db" } });
    expect([...plan.upstream("podinfo", "kubernetes:apps/v1:Deployment")]).toEqual(["apps-namespace", "cluster"]);
    expect([...plan.upstream("other", "kubernetes:apps/v1:Deployment")].sort()).toEqual([
      "apps-namespace",
      "cluster",
      "other",
    ]);
  });

  test("user, writable paths, command and variables come from the stack file", async () => {
    const app = { image: "ghcr.io/acme/app:1.0.0", port: 80, runAsUser: 100, writablePaths: ["/data"] };
    const plan = await record({
      app: { ...app, command: ["./app"], args: ["--v"], env: { OTEL_SERVICE_NAME: "mine" } },
    });
    const { spec } = deploymentOf(plan, "app").spec.template;
    expect(spec.securityContext.runAsUser).toBe(100);
    expect(spec.volumes).toEqual([{ name: "writable-0", emptyDir: { sizeLimit: "256Mi" } }]);
    const [container] = spec.containers;
    expect(container).toMatchObject({
      command: ["./app"],
      args: ["--v"],
      volumeMounts: [{ name: "writable-0", mountPath: "/data" }],
    });
    expect(container.env).toContainEqual({ name: "OTEL_SERVICE_NAME", value: "mine" });
  });
});

describe("credentials", () => {
  const app = { image: "ghcr.io/acme/app:1.0.0", port: 80, database: "app_db", bucket: "uploads" };

  test("go through one Secret of the app's own", async () => {
    const plan = await record({ app });
    expect(plan.find("app", "kubernetes:core/v1:Secret").inputs).toMatchObject({ metadata: { namespace: "apps" } });
    const { env } = deploymentOf(plan, "app").spec.template.spec.containers[0];
    for (const key of ["PGPASSWORD", "DATABASE_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
      expect(env).toContainEqual({ name: key, valueFrom: { secretKeyRef: { name: "app", key } } });
    const rest = plan.resources.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
    expect(JSON.stringify(rest.map(({ inputs }) => inputs))).not.toMatch(/hunter2|s3cret/);
  });

  test("a new password restarts the pods", async () => {
    const { metadata } = deploymentOf(await record({ app }), "app").spec.template;
    expect(metadata.annotations["strata.dev/checksum"]).toMatch(/^[0-9a-f]{16}$/);
  });

  test("the object store learns which buckets to make", () => {
    const { apps } = configOf({ b: { ...app, bucket: "zeta" }, a: app, c: podinfo, d: app });
    expect(appBuckets(apps)).toEqual(["uploads", "zeta"]);
  });
});

describe("replicas", () => {
  test("an autoscaler owns the number", async () => {
    const plan = await record({ podinfo: { ...podinfo, replicas: 3, autoscaling: { min: 2, max: 5 } } });
    expect(kinds(plan, "podinfo")).toEqual([
      "Deployment",
      "HorizontalPodAutoscaler",
      "Ingress",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
    ]);
    expect(deploymentOf(plan, "podinfo").spec).not.toHaveProperty("replicas");
    expect(plan.find("podinfo", "kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs["spec"]).toEqual({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      ],
    });
  });

  test("more than one spreads over the nodes", async () => {
    const one = deploymentOf(await record({ podinfo }), "podinfo").spec.template.spec;
    expect(one.topologySpreadConstraints).toBeUndefined();
    const two = deploymentOf(await record({ podinfo: { ...podinfo, replicas: 2 } }), "podinfo").spec.template.spec;
    expect(two.topologySpreadConstraints).toHaveLength(1);
  });
});

test("an app that calls another is let in there", async () => {
  const plain = { image: "ghcr.io/acme/app:1.0.0", port: 8080, traces: false };
  const plan = await record({ gateway: { ...plain, egress: ["app:greeter"] }, greeter: plain });
  const policy = plan.find("greeter", "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"];
  expect(policy).toMatchObject({
    ingress: [
      {
        ports: [{ port: 8080, protocol: "TCP" }],
        from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "gateway" } } }],
      },
    ],
  });
});
