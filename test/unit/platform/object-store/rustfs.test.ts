import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { RustFs } from "../../../../layers/platform/object-store/rustfs.ts";
import { rustFsPod, rustFsSetupPod } from "../../../../layers/platform/object-store/rustfs-pod.ts";
import { outputValue, type Plan, recordPlan } from "../../../../tools/plan/record.ts";

const images = { reference: (image: string) => pulumi.output(`registry/${image}:1`) };

describe("pods", () => {
  const [server] = rustFsPod({ image: "i", secret: "s", checksum: "x" }).containers;
  const [setup] = rustFsSetupPod({
    image: "i",
    secret: "s",
    checksum: "x",
    configMap: "c",
    keysSecret: "k",
    endpoint: "http://rustfs:9000",
    buckets: ["logs", "traces"],
  }).containers;

  it("has its login in files, never in an environment or argument, and no console", () => {
    expect(server?.env).toMatchObject({
      RUSTFS_ACCESS_KEY_FILE: "/etc/rustfs/root/access-key",
      RUSTFS_SECRET_KEY_FILE: "/etc/rustfs/root/secret-key",
      RUSTFS_CONSOLE_ENABLE: "false",
    });
    expect(Object.keys({ ...server?.env, ...setup?.env })).not.toContain("RUSTFS_SECRET_KEY");
    expect(setup?.command).toEqual(["sh", "/etc/rustfs/scripts/setup.sh"]);
  });

  it("is ready when its users are loaded, and alive before that", () => {
    expect(server?.readiness).toMatchObject({ httpGet: { path: "/health/ready", port: 9000 } });
    expect(server?.liveness).toMatchObject({ httpGet: { path: "/health", port: 9000 } });
  });
});

describe("RustFs", () => {
  let plan: Plan;
  let rustfs: RustFs | undefined;

  beforeAll(async () => {
    plan = await recordPlan({ stack: "test" }, () => {
      rustfs = new RustFs("rustfs", {
        images,
        config: { kind: "rustfs", capacity: "2Gi", buckets: ["extra"] },
        buckets: ["openbao-backups", "loki"],
        clients: [{ namespace: "openbao" }],
      });
      return {};
    });
  });

  const only = (type: string, name: string) => {
    const found = plan.resources.filter((one) => one.type === type && one.name === name);
    expect(found).toHaveLength(1);
    return found[0]?.inputs as { readonly spec: Record<string, unknown> };
  };

  it("keeps objects on a volume of its own", () => {
    const { spec } = only("kubernetes:apps/v1:StatefulSet", "rustfs");
    expect(spec["volumeClaimTemplates"]).toMatchObject([
      { metadata: { name: "data" }, spec: { resources: { requests: { storage: "2Gi" } } } },
    ]);
  });

  it("makes a key of allowed length for each bucket, and names no two alike", async () => {
    const names = plan.resources.filter(({ type }) => type === "random:index/randomPassword:RandomPassword");
    expect(names.map(({ name, inputs }) => `${name} ${String(inputs["length"])}`).sort()).toEqual(
      ["key-extra", "key-loki", "key-openbao-backups", "root"]
        .flatMap((key) => [`rustfs-${key}-id 20`, `rustfs-${key}-secret 40`])
        .sort(),
    );
  });

  it("hands out a bucket with its own key, and the flow that its client needs", async () => {
    const bucket = rustfs?.bucket("openbao-backups");
    expect(bucket).toMatchObject({
      access: "key",
      endpoint: "http://rustfs.storage.svc.cluster.local:9000",
      region: "us-east-1",
      egress: [{ peers: [{ namespace: "storage", workload: "rustfs" }], ports: [9000] }],
    });
    expect(bucket && (await outputValue(bucket.bucket))).toBe("openbao-backups");
    expect(() => rustfs?.bucket("elsewhere")).toThrow(/no bucket "elsewhere". It has: extra, loki, openbao-backups/);
  });

  it("lets in its clients and its setup, and nobody else", () => {
    const { spec } = only("kubernetes:networking.k8s.io/v1:NetworkPolicy", "rustfs");
    const from = (spec["ingress"] as { from: unknown[]; ports: unknown[] }[]).flatMap((rule) => rule.from);
    expect(from).toHaveLength(2);
    expect(JSON.stringify(from)).toMatch(/openbao.*rustfs-setup/);
  });
});
