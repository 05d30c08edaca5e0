import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { tempoConfig } from "../../../../layers/platform/observability/tempo/config.ts";
import { identityBucket, keyBucket } from "../../../support/bucket.ts";

describe("tempoConfig", () => {
  const config = tempoConfig({
    retention: "24h",
    store: keyBucket("tempo-traces"),
    prometheusUrl: "http://prometheus.observability.svc.cluster.local:9090",
  });

  it("enables in the overrides every processor that it configures", () => {
    const configured = Object.keys(config.metrics_generator.processor).map((name) => name.replaceAll("_", "-"));
    expect(config.overrides.defaults.metrics_generator.processors.toSorted()).toEqual(configured.toSorted());
  });

  it("leaves off the label that makes Tempo 2.9.0 forget the service graph every ten seconds", () => {
    expect(Object.keys(config.metrics_generator.processor.service_graphs)).not.toContain("enable_virtual_node_label");
  });

  it("sends its metrics to Prometheus, with exemplars", () => {
    expect(config.metrics_generator.storage.remote_write).toEqual([
      { url: "http://prometheus.observability.svc.cluster.local:9090/api/v1/write", send_exemplars: true },
    ]);
  });

  it("keeps traces for the retention only", () => {
    expect(config.compactor.compaction.block_retention).toBe("24h");
  });

  it("writes to the object store with credentials from the environment", () => {
    expect(config.storage.trace.s3).toEqual({
      endpoint: "garage.storage.svc.cluster.local:3900",
      insecure: true,
      region: "garage",
      bucket: `$\{S3_BUCKET}`,
      access_key: `$\{S3_ACCESS_KEY_ID}`,
      secret_key: `$\{S3_SECRET_ACCESS_KEY}`,
      forcepathstyle: true,
    });
  });

  it("on AWS has no key, and the region's address over TLS", () => {
    const onAws = tempoConfig({
      retention: "24h",
      store: identityBucket("x", pulumi.output("tempo")),
      prometheusUrl: "http://prometheus:9090",
    });
    expect(onAws.storage.trace.s3).toEqual({
      endpoint: "s3.eu-central-1.amazonaws.com",
      insecure: false,
      region: "eu-central-1",
      bucket: `$\{S3_BUCKET}`,
      forcepathstyle: false,
    });
  });

  it("takes traces over gRPC and HTTP from everywhere, and gossips with nobody", () => {
    expect(config.distributor.receivers.otlp.protocols).toEqual({
      grpc: { endpoint: "0.0.0.0:4317" },
      http: { endpoint: "0.0.0.0:4318" },
    });
    expect(config.memberlist.bind_addr).toEqual(["127.0.0.1"]);
  });
});
