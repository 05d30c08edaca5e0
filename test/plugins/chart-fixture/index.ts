// A program with one release of a chart, which its config changes between two runs.
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const provider = new Provider("cluster", {
  kubeconfig: config.require("kubeconfig"),
  clusterIdentifier: "chart-fixture",
});
const namespace = new Namespace("namespace", { metadata: { name: "tiny" } }, { provider });
const release = new Release(
  "tiny",
  {
    name: "tiny",
    namespace: namespace.metadata.name,
    chart: ".strata/charts/tiny-1.0.0.tgz",
    version: "1.0.0",
    values: {
      message: config.get("message") ?? "hello",
      password: pulumi.secret("hunter2-hunter2"),
      hook: config.get("hook") ?? "passes",
    },
    timeout: 60,
    atomic: false,
    waitForJobs: true,
  },
  { provider },
);

export const status = release.status;
export const names = release.resourceNames;
