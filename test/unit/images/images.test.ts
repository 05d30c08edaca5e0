// The commands that asking for images registers, and what waits for what.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { ImagesConfig } from "../../../config/schema.ts";
import { createImages, plainImages } from "../../../layers/cluster/images/index.ts";
import { recordPlan } from "../../../tools/plan/record.ts";
import { images } from "../../../versions.ts";

const config: ImagesConfig = { pullThroughCache: false, bake: false, overrides: {}, pullTimeoutSeconds: 600 };
const platform = { os: "linux", arch: "amd64" };
const nodes = ["strata-test-control-plane"];
const kind = { name: "strata-test", kind: "kind", simulated: false, nodes } as const;
const commandType = "command:local:Command";

/** A cluster that is a command, and two workloads that use images. */
const plan = (preview = false) =>
  recordPlan({ stack: "test", preview }, async () => {
    const { Command } = await import("@pulumi/command/local/command.js");
    const cluster = new Command("cluster", { create: "true" });
    const source = createImages("images", { cluster: kind, clusterReady: cluster.id, config, platform });
    new Command("postgres", { create: source.reference("postgres") });
    new Command("again", { create: source.reference("docker.io/library/postgres:17.10") });
    new Command("app", { create: source.reference("ghcr.io/acme/app:1.0") });
    return {};
  });

describe("createImages", () => {
  test("registers a pull and a load for each image that somebody asks for, and no others", async () => {
    const { resources } = await plan();
    expect(resources.map(({ name }) => name).sort()).toEqual([
      "again",
      "app",
      "cluster",
      "images-load-acme-app-1-0",
      "images-load-postgres",
      "images-pull-acme-app-1-0",
      "images-pull-postgres",
      "postgres",
    ]);
  });

  test("a pull waits for nothing, a load for the cluster and its own pull, a workload for its own load", async () => {
    const recorded = await plan();
    expect(recorded.upstream("images-pull-postgres")).toEqual(new Set());
    expect(recorded.upstream("images-load-postgres")).toEqual(new Set(["cluster", "images-pull-postgres"]));
    expect(recorded.upstream("postgres")).toEqual(new Set(["cluster", "images-pull-postgres", "images-load-postgres"]));
  });

  test("a pull is told the image, a load the nodes too; neither runs again unless image or cluster change", async () => {
    const recorded = await plan();
    const request = {
      key: "postgres",
      reference: "docker.io/library/postgres:17.10",
      digest: images.postgres.digest,
      pullThroughCache: false,
      timeoutSeconds: 600,
    };
    expect(recorded.find("images-pull-postgres").inputs).toEqual({
      addPreviousOutputInEnv: false,
      create: "exec node tools/image.mjs pull",
      logging: "none",
      stdin: JSON.stringify(request),
      triggers: [`docker.io/library/postgres:17.10@${images.postgres.digest}`],
    });
    expect(recorded.find("images-load-postgres").inputs).toEqual({
      addPreviousOutputInEnv: false,
      create: "exec node tools/image.mjs load",
      logging: "none",
      stdin: JSON.stringify({ ...request, cluster: "strata-test", nodes }),
      triggers: ["cluster-id", "images-pull-postgres-id"],
    });
  });

  test("writes repository and tag into a workload, known in a preview already", async () => {
    const recorded = await plan(true);
    expect(recorded.find("postgres", commandType).inputs["create"]).toBe("docker.io/library/postgres:17.10");
    expect(recorded.find("app", commandType).inputs["create"]).toBe("ghcr.io/acme/app:1.0");
  });

  test.each([
    ["simulated nodes", { ...kind, kind: "kwok", simulated: true }],
    ["somebody else's cluster", { ...kind, kind: "existing", nodes: [] }],
  ] as const)("registers nothing for %s", async (_what, cluster) => {
    const { resources, outputs } = await recordPlan({ stack: "test" }, () => {
      const source = createImages("images", { cluster, clusterReady: pulumi.output("ready"), config, platform });
      return { reference: source.reference("loki") };
    });
    expect(resources).toEqual([]);
    expect(outputs).toEqual({ reference: `docker.io/grafana/loki:3.7.8@${images.loki.digest}` });
  });
});

test("plain references carry the digest where one is known, and overrides win", async () => {
  const overrides = { loki: "mirror.example/loki:3.7.9" };
  const { outputs } = await recordPlan({ stack: "test" }, () => {
    const source = plainImages({ ...config, overrides }, platform);
    return {
      loki: source.reference("loki"),
      busybox: source.reference("busybox"),
      podinfo: source.reference("podinfo"),
    };
  });
  expect(outputs).toEqual({
    loki: "mirror.example/loki:3.7.9",
    busybox: `docker.io/library/busybox:1.37.0@${images.busybox.digest}`,
    podinfo: "ghcr.io/stefanprodan/podinfo:6.9.2",
  });
});
