import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { Garage } from "../../../../layers/platform/object-store/garage.ts";
import { garageToml } from "../../../../layers/platform/object-store/garage-config.ts";
import { splitKey } from "../../../../layers/platform/object-store/garage-key.ts";
import { garagePod, setupPod } from "../../../../layers/platform/object-store/garage-pod.ts";
import { outputValue, type Plan, recordPlan } from "../../../../tools/plan/record.ts";

const images = { reference: (image: string) => pulumi.output(`registry/${image}:1`) };
const job = "kubernetes:batch/v1:Job";
const statefulSet = "kubernetes:apps/v1:StatefulSet";

const record = async (buckets: string[], capacity = "4Gi") => {
  let garage: Garage | undefined;
  const plan = await recordPlan({ stack: "test" }, () => {
    const config = { kind: "garage", capacity, metadataStorage: "256Mi", buckets: ["extra"] } as const;
    garage = new Garage("garage", { images, config: { ...config, buckets: [...config.buckets] }, buckets });
    return {};
  });
  if (!garage) throw new Error("the program did not run");
  return { plan, garage };
};

describe("garageToml", () => {
  it("is a single node that writes durably, without any secret", () => {
    expect(garageToml()).toBe(`metadata_dir = "/var/lib/garage/meta"
data_dir = "/var/lib/garage/data"
db_engine = "sqlite"
replication_factor = 1
metadata_fsync = true
data_fsync = true
metadata_auto_snapshot_interval = "6h"
block_ram_buffer_max = "128MiB"
rpc_bind_addr = "127.0.0.1:3901"
rpc_public_addr = "127.0.0.1:3901"

[s3_api]
api_bind_addr = "0.0.0.0:3900"
s3_region = "garage"

[admin]
api_bind_addr = "0.0.0.0:3903"
`);
  });
});

describe("splitKey", () => {
  it("makes an id and a secret of the lengths that Garage imports, from different digits", () => {
    const { id, secret } = splitKey("a".repeat(24) + "b".repeat(64));
    expect(id).toBe(`GK${"a".repeat(24)}`);
    expect(secret).toBe("b".repeat(64));
  });
});

describe("pods", () => {
  const common = { image: "i", configMap: "c", secret: "s", checksum: "x" };

  it("is ready when usable, and alive before that", () => {
    const [garage] = garagePod(common).containers;
    expect(garage?.readiness).toMatchObject({ httpGet: { path: "/health", port: 3903 } });
    expect(garage?.liveness).toMatchObject({ tcpSocket: { port: 3903 } });
    expect(garagePod(common).metrics).toEqual({ port: 3903 });
  });

  it("gives the setup its secrets as files", () => {
    const pod = setupPod({ ...common, server: "h", capacityBytes: 1, buckets: ["a", "b"], keysSecret: "k" });
    expect(pod.containers[0]?.env).toEqual({
      GARAGE_HOST: "h",
      GARAGE_PORT: "3903",
      CAPACITY_BYTES: "1",
      BUCKETS: "a b",
      TOKEN_FILE: "/etc/garage/admin/admin-token",
      KEYS_FOLDER: "/etc/garage/keys",
    });
    const [server] =
      setupPod({ ...common, server: "h", capacityBytes: 1, buckets: [], keysSecret: "k" }).volumes?.filter(
        ({ name }) => name === "admin",
      ) ?? [];
    expect(server?.secret).toMatchObject({ items: [{ key: "admin-token", path: "admin-token" }] });
  });
});

describe("Garage", () => {
  let plan: Plan;
  let garage: Garage;
  beforeAll(async () => {
    ({ plan, garage } = await record(["logs", "traces", "logs"]));
  });

  it("refuses a bucket that nobody declared", () => {
    expect(() => garage.bucket("missing")).toThrow(
      'The object store has no bucket "missing". It has: extra, logs, traces. Add it to strata:objectStore.buckets',
    );
  });

  it("makes one key per bucket", () => {
    const keys = plan.resources.filter(({ name }) => name.startsWith("garage-key-")).map(({ name }) => name);
    expect(keys).toEqual(["garage-key-extra", "garage-key-logs", "garage-key-traces"]);
    expect(plan.find("garage-key-logs").inputs).toMatchObject({
      length: 88,
      numeric: true,
      special: true,
      overrideSpecial: "abcdef",
      upper: false,
      lower: false,
    });
  });

  it("starts without waiting for a bucket's key or the Job", () => {
    expect([...plan.upstream("garage", statefulSet)].sort()).toEqual([
      "garage",
      "garage-admin-token",
      "garage-namespace",
      "garage-rpc-secret",
      "garage-server",
    ]);
    expect(plan.upstream("garage-setup", job).has("garage-headless")).toBe(false);
  });

  it("hands out a bucket that waits for the Job only", async () => {
    const { bucket, accessKeyId, secretAccessKey, ...rest } = garage.bucket("logs");
    expect(rest).toEqual({
      access: "key",
      endpoint: "http://garage.storage.svc.cluster.local:3900",
      region: "garage",
      egress: [{ peers: [{ namespace: "storage", workload: "garage" }], ports: [3900] }],
    });
    expect(await outputValue(bucket)).toBe("logs");
    expect(await pulumi.isSecret(accessKeyId)).toBe(false);
    expect(await pulumi.isSecret(secretAccessKey)).toBe(true);
    const { allResources } = bucket as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
    const waitsFor = [...(await allResources.call(bucket))].map((resource) => outputValue(resource.urn));
    expect(await Promise.all(waitsFor)).toEqual([plan.find("garage-setup", job).urn]);
  });

  it("publishes the admin API before the server is ready, and the S3 API after", () => {
    const spec = (name: string) => plan.find(name, "kubernetes:core/v1:Service").inputs["spec"];
    expect(spec("garage-headless")).toMatchObject({ publishNotReadyAddresses: true, ports: [{ port: 3903 }] });
    expect(spec("garage")).toMatchObject({ ports: [{ port: 3900 }] });
  });

  it("runs a new Job for a new bucket or another capacity", async () => {
    const jobName = (of: Plan) => (of.find("garage-setup", job).inputs["metadata"] as { name: string }).name;
    const more = jobName((await record(["logs", "traces", "more"])).plan);
    const larger = jobName((await record(["logs", "traces"], "8Gi")).plan);
    const same = jobName((await record(["traces", "logs"])).plan);
    expect(jobName(plan)).toMatch(/^garage-setup-[0-9a-f]{16}$/);
    expect(same).toBe(jobName(plan));
    expect(new Set([jobName(plan), more, larger]).size).toBe(3);
  });

  it("keeps the RPC port closed and the S3 port closed without clients", () => {
    const { spec } = plan.find("garage", "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs as {
      spec: { ingress: { ports: { port: number }[] }[] };
    };
    expect(spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([3903]);
  });
});
