import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { lokiConfig } from "../../../../layers/platform/observability/loki/config.ts";
import { Loki } from "../../../../layers/platform/observability/loki/loki.ts";
import { type Plan, recordPlan } from "../../../../tools/plan/record.ts";
import { identityBucket, keyBucket } from "../../../support/bucket.ts";

const store = keyBucket("loki-chunks");

describe("lokiConfig", () => {
  const config = lokiConfig({ retention: "168h", store });

  it("writes to the object store by path-style requests without TLS, with credentials from the environment", () => {
    expect(config.storage_config.aws).toEqual({
      endpoint: "garage.storage.svc.cluster.local:3900",
      insecure: true,
      region: "garage",
      bucketnames: `$\{S3_BUCKET}`,
      access_key_id: `$\{S3_ACCESS_KEY_ID}`,
      secret_access_key: `$\{S3_SECRET_ACCESS_KEY}`,
      s3forcepathstyle: true,
    });
  });

  it("uses TLS where the endpoint does", () => {
    expect(
      lokiConfig({ retention: "1h", store: { ...store, endpoint: "https://s3.example.com" } }).storage_config.aws,
    ).toMatchObject({
      endpoint: "s3.example.com",
      insecure: false,
    });
  });

  it("on AWS has no key: the SDK finds the role's credentials, and the address that follows from the region", () => {
    const onAws = lokiConfig({ retention: "1h", store: identityBucket("x", pulumi.output("loki")) });
    expect(onAws.storage_config.aws).toEqual({
      region: "eu-central-1",
      insecure: false,
      bucketnames: `$\{S3_BUCKET}`,
      s3forcepathstyle: false,
    });
  });

  it("deletes what is older than the retention, which needs the compactor and its store", () => {
    expect(config.limits_config.retention_period).toBe("168h");
    expect(config.compactor).toMatchObject({ retention_enabled: true, delete_request_store: "s3" });
  });

  it("waits for no ring member that does not exist", () => {
    expect(config.ingester.lifecycler.min_ready_duration).toBe("0s");
    expect(config.common.ring.kvstore.store).toBe("inmemory");
    expect(config.frontend_worker.scheduler_address).toBe("127.0.0.1:9095");
    expect(config.frontend.scheduler_address).toBe("127.0.0.1:9095");
  });

  it("has no common storage, which would start the ruler", () => {
    expect(Object.keys(config.common)).not.toContain("storage");
    expect(Object.keys(config)).not.toContain("ruler");
  });

  it("makes streams of containers, not of instances", () => {
    expect(config.limits_config.otlp_config.resource_attributes).toEqual({
      ignore_defaults: true,
      attributes_config: [
        {
          action: "index_label",
          attributes: ["service.name", "service.namespace", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name"],
        },
      ],
    });
  });
});

class BucketJob extends pulumi.CustomResource {
  constructor() {
    super("test:index:BucketJob", "bucket-job", {});
  }
}

describe("Loki", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await recordPlan({ stack: "test" }, () => {
      const bucketJob = new BucketJob();
      new Loki("loki", {
        images: { reference: (image) => pulumi.output(`registry/${image}:1`) },
        namespace: "observability",
        config: { retention: "168h", storage: "5Gi" },
        bucket: { ...store, bucket: bucketJob.id.apply(() => "loki-chunks") },
      });
      return {};
    });
  });

  it("alone waits for the bucket: its configuration, Service and policy do not", () => {
    expect([...plan.upstream("loki", "kubernetes:apps/v1:StatefulSet")].sort()).toEqual([
      "bucket-job",
      "loki-bucket",
      "loki-config",
    ]);
    expect([...plan.upstream("loki", "kubernetes:core/v1:Service")]).toEqual([]);
    expect([...plan.upstream("loki-config")]).toEqual([]);
    expect([...plan.upstream("loki", "kubernetes:networking.k8s.io/v1:NetworkPolicy")]).toEqual([]);
  });

  it("takes no credential in clear: they are in the Secret, and the container names its keys", () => {
    const { spec } = plan.find("loki", "kubernetes:apps/v1:StatefulSet").inputs as { spec: unknown };
    const text = JSON.stringify([spec, plan.find("loki-config").inputs]);
    expect(text).not.toContain("GK1");
    expect(JSON.stringify(plan.find("loki-bucket").inputs)).toContain("GK1");
    expect(text).toContain('"secretKeyRef":{"key":"S3_SECRET_ACCESS_KEY","name":"loki-bucket"}');
    expect(text).toContain("-config.expand-env=true");
  });
});

class Association extends pulumi.CustomResource {
  constructor() {
    super("test:index:Association", "association", {});
  }
}

describe("Loki on AWS", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await recordPlan({ stack: "test" }, () => {
      new Loki("loki", {
        images: { reference: (image) => pulumi.output(`registry/${image}:1`) },
        namespace: "observability",
        config: { retention: "168h", storage: "5Gi" },
        bucket: identityBucket(
          "strata-eks-111122223333-eu-central-1-loki-chunks",
          new Association().id.apply(() => "loki"),
        ),
      });
      return {};
    });
  });

  it("runs by a service account of its own, once that has its role, and without any Secret", () => {
    const { spec } = plan.find("loki", "kubernetes:apps/v1:StatefulSet").inputs as {
      spec: { template: { spec: Record<string, unknown> } };
    };
    expect(spec.template.spec).toMatchObject({ serviceAccountName: "loki", automountServiceAccountToken: false });
    expect(JSON.stringify(spec)).toContain("strata-eks-111122223333-eu-central-1-loki-chunks");
    expect([...plan.upstream("loki", "kubernetes:apps/v1:StatefulSet")].sort()).toEqual([
      "association",
      "loki",
      "loki-config",
    ]);
    expect(plan.find("loki", "kubernetes:core/v1:ServiceAccount").inputs["metadata"]).toMatchObject({ name: "loki" });
    expect(plan.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret")).toEqual([]);
  });

  it("may reach the agent on its node and S3, and no other address inside", () => {
    const { spec } = plan.find("loki", "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs as {
      spec: { egress: { ports: { port: number }[]; to?: { ipBlock?: { cidr: string; except?: string[] } }[] }[] };
    };
    expect(
      spec.egress
        .slice(1)
        .map(({ ports, to }) => [ports.map(({ port }) => port), to?.map(({ ipBlock }) => ipBlock?.cidr)]),
    ).toEqual([
      [[80], ["169.254.170.23/32"]],
      [[443], ["0.0.0.0/0"]],
    ]);
  });
});
