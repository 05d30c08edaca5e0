import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { chartSource } from "../../../lib/chart-source.ts";
import { createRelease, type ReleaseArgs } from "../../../lib/release.ts";
import { recordPlan } from "../../../tools/plan/record.ts";
import type { ChartKey } from "../../../versions.ts";
import { mockCluster } from "../../support/cluster.ts";

const release = (args: Partial<ReleaseArgs> = {}) =>
  recordPlan({ stack: "test" }, () => {
    const { charts, options } = mockCluster();
    createRelease("argo", { name: "argocd", chart: charts.chart("argoCd"), namespace: "argocd", ...args }, options);
    return {};
  }).then((plan) => plan.find("argo").inputs);

describe("a release", () => {
  test("comes from a file of the project, waits, and never for ever", async () => {
    expect(await release()).toEqual({
      name: "argocd",
      namespace: "argocd",
      chart: ".strata/charts/argo-cd-9.4.7.tgz",
      // The SDK's own.
      compat: "true",
      version: "9.4.7",
      values: {},
      timeout: 600,
      skipCrds: false,
      skipAwait: false,
      waitForJobs: true,
      atomic: false,
      createNamespace: false,
      maxHistory: 3,
    });
  });

  test("takes values, a time and no definitions", async () => {
    const values = { server: { replicas: 2 } };
    expect(await release({ values, timeoutSeconds: 60, crds: "skip" })).toMatchObject({
      values,
      timeout: 60,
      skipCrds: true,
    });
  });
});

test("a chart is fetched when it is asked for, and once", async () => {
  const asked: ChartKey[] = [];
  const source = chartSource(async (key) => {
    asked.push(key);
    return { path: `${key}.tgz` };
  });
  expect(asked).toEqual([]);
  const [first, second] = [source.chart("cilium"), source.chart("cilium")];
  expect(asked).toEqual(["cilium"]);
  expect(second).toBe(first);
  const path = await new Promise((resolve) => pulumi.output(first.path).apply(resolve));
  expect(path).toBe("cilium.tgz");
});
