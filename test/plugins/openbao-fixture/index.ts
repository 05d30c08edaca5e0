// OpenBao as layer 3 makes it, on a cluster that the config names. The program runs outside the
// repository, whose folder it is told.
import { readFileSync } from "node:fs";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ObjectStoreHandle } from "../../../lib/handles.ts";

const config = new pulumi.Config();
const load = <T>(path: string): Promise<T> => import(`${config.require("repository")}/${path}`) as Promise<T>;

export default async () => {
  const [{ createOpenBao }, { chartSource }, { pathOf }, { OpenBaoSchema }] = await Promise.all([
    load<typeof import("../../../layers/platform/openbao/index.ts")>("layers/platform/openbao/index.ts"),
    load<typeof import("../../../lib/chart-source.ts")>("lib/chart-source.ts"),
    load<typeof import("../../../tools/charts/chart.ts")>("tools/charts/chart.ts"),
    load<typeof import("../../../config/openbao.schema.ts")>("config/openbao.schema.ts"),
  ]);
  const kubeconfig = readFileSync(config.require("kubeconfig"), "utf8");
  const provider = new Provider("cluster", { kubeconfig, clusterIdentifier: "openbao-fixture" });
  const cluster: ClusterHandle = {
    name: "openbao-fixture",
    // The test stands in for the operator, so its objects are waited for.
    simulated: false,
    local: true,
    nodePorts: false,
    provider,
    kubeconfig: pulumi.secret(kubeconfig),
    images: { reference: (image) => pulumi.output(`example.com/${image.toLowerCase()}:1`), used: () => ({}) },
    charts: chartSource(async (key) => ({ path: pathOf(key) })),
    api: () => pulumi.output({ endpoints: ["192.0.2.1"], issuer: "https://issuer", publicKeys: ["a key"] }),
    options: { provider },
  };
  // A bucket that somebody else made: this cluster has no volumes for a store of its own.
  const objectStore: ObjectStoreHandle = {
    bucket: (name) => ({
      access: "key",
      endpoint: "http://store.storage.svc.cluster.local:9000",
      region: "us-east-1",
      bucket: pulumi.output(name),
      egress: [{ peers: [{ namespace: "storage" }], ports: [9000] }],
      accessKeyId: pulumi.output("id"),
      secretAccessKey: pulumi.secret("secret"),
    }),
  };
  if (config.getBoolean("openbao") !== false)
    createOpenBao({ cluster, config: OpenBaoSchema.parse({ kind: "operator" }), objectStore }, cluster.options);
};
