import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { SecretsConfig } from "../../../../config/schema.ts";
import { ExternalSecrets, loginOf } from "../../../../layers/platform/secrets/external-secrets.ts";
import { backendPort, secretNames, storeSpec } from "../../../../layers/platform/secrets/store-spec.ts";
import { recordPlan } from "../../../../tools/plan/record.ts";
import { mockCluster } from "../../../support/cluster.ts";
import { parsedConfig } from "../../../support/network.ts";

const items = { shared: { keys: { token: { from: "api", property: "token" }, raw: { from: "raw" } } } };

const section = (backend: Record<string, unknown>, more: Record<string, unknown> = {}): SecretsConfig => {
  const { secrets } = parsedConfig({
    secrets: { kind: "external-secrets", backend, items, ...more },
    apps: { api: { image: "ghcr.io/acme/api:1.0.0", port: 8080 } },
  });
  if (!secrets) throw new Error("no section");
  return secrets;
};

const record = (config: SecretsConfig, credentials?: string) =>
  recordPlan({ stack: "test" }, () => {
    const args = { cluster: mockCluster(), config, appNamespace: pulumi.output("apps") };
    new ExternalSecrets("secrets", { ...args, ...(credentials && { credentials: pulumi.secret(credentials) }) });
    return {};
  });

const store = "kubernetes:external-secrets.io/v1:SecretStore";
const item = "kubernetes:external-secrets.io/v1:ExternalSecret";
const vault = { kind: "vault", server: "https://bao.example.com:8200", role: "apps" };

describe("rights", () => {
  test("end with the namespace of the apps, and with the Secrets that an item names", async () => {
    const plan = await record(section({ kind: "kubernetes" }));
    expect(plan.find("secrets-operator").inputs["values"]).toMatchObject({
      scopedNamespace: "apps",
      scopedRBAC: true,
      webhook: { create: false },
      certController: { create: false },
    });
    expect(plan.find("secrets-reloader", "kubernetes:helm.sh/v3:Release").inputs).toMatchObject({
      namespace: "apps",
      values: { reloader: { watchGlobally: false, autoReloadAll: false, reloadStrategy: "annotations" } },
    });
    expect(plan.find("secrets-source", "kubernetes:rbac.authorization.k8s.io/v1:Role").inputs).toMatchObject({
      metadata: { namespace: "secret-source" },
      rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["api", "raw"], verbs: ["get"] }],
    });
  });

  test("in another backend there is no source in the cluster", async () => {
    const plan = await record(section(vault, { reload: "none" }));
    expect(plan.resources.filter(({ name }) => name.includes("source") || name.includes("reloader"))).toEqual([]);
  });
});

test("only store and items wait for the controller", async () => {
  const plan = await record(section({ kind: "kubernetes", generate: { raw: ["value"] } }));
  const waiting = plan.resources.filter(
    ({ custom, name, type }) => custom && plan.upstream(name, type).has("secrets-operator"),
  );
  expect(waiting.map(({ name }) => name)).toEqual(["secrets-store", "secrets-item-shared"]);
});

describe("stores", () => {
  test("Kubernetes: by the token of a service account that has no token of its own", async () => {
    const plan = await record(section({ kind: "kubernetes" }));
    expect(plan.find("secrets-store", store).inputs).toMatchObject({
      metadata: { name: "secret-reader", namespace: "apps" },
      spec: {
        provider: {
          kubernetes: { remoteNamespace: "secret-source", auth: { serviceAccount: { name: "secret-reader" } } },
        },
      },
    });
    expect(plan.find("secrets-reader").inputs["automountServiceAccountToken"]).toBe(false);
    expect(plan.find("secrets-item-shared", item).inputs["spec"]).toEqual({
      refreshInterval: "1h",
      secretStoreRef: { kind: "SecretStore", name: "secret-reader" },
      target: { name: "shared", creationPolicy: "Owner", deletionPolicy: "Retain" },
      data: [
        { secretKey: "token", remoteRef: { key: "api", property: "token" } },
        { secretKey: "raw", remoteRef: { key: "raw" } },
      ],
    });
  });

  test("AWS: by the role of the service account", async () => {
    const role = "arn:aws:iam::123456789012:role/apps";
    const plan = await record(section({ kind: "aws", region: "eu-central-1", role }));
    expect(plan.find("secrets-reader").inputs["metadata"]).toMatchObject({
      annotations: { "eks.amazonaws.com/role-arn": role },
    });
    expect(plan.find("secrets-store", store).inputs["spec"]).toEqual({
      provider: {
        aws: {
          service: "SecretsManager",
          region: "eu-central-1",
          auth: { jwt: { serviceAccountRef: { name: "secret-reader" } } },
        },
      },
    });
  });

  test("AWS without a role: by a login that is in one Secret and nowhere else, or not at all", async () => {
    const config = section({ kind: "aws", region: "eu-central-1" });
    await expect(record(config)).rejects.toThrow(
      "AWS needs a role, or a login in the secret strata:secretsCredentials",
    );
    const plan = await record(config, '{"accessKeyId": "AKIA-telling", "secretAccessKey": "telling-too"}');
    const others = plan.resources.filter(({ name }) => name !== "secrets-login");
    expect(JSON.stringify(others.map(({ inputs }) => inputs))).not.toContain("telling");
    expect(plan.find("secrets-login").secretPaths).not.toEqual([]);
  });

  test("Vault and OpenBao: by the Kubernetes login, on the server's own port", () => {
    const { backend } = section(vault);
    expect(storeSpec(backend, { serviceAccount: "secret-reader" })).toEqual({
      provider: {
        vault: {
          server: "https://bao.example.com:8200",
          path: "secret",
          version: "v2",
          auth: {
            kubernetes: { mountPath: "kubernetes", role: "apps", serviceAccountRef: { name: "secret-reader" } },
          },
        },
      },
    });
    expect(backendPort(backend)).toBe(8200);
  });
});

test("a login that is none is told without its text", () => {
  for (const text of ["AKIA-telling", "null", '{"accessKeyId": "telling"}'])
    expect(() => loginOf(text)).toThrow(/^strata:secretsCredentials: expected (?!.*telling)/);
});

test("secretNames", () => {
  expect(secretNames(section({ kind: "kubernetes" }).items)).toEqual(["api", "raw"]);
});
