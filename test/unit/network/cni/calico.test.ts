import { expect, test } from "vitest";
import { calicoValues } from "../../../../layers/network/cni/calico-values.ts";
import { createCni } from "../../../../layers/network/cni/index.ts";
import { imageParts } from "../../../../lib/chart-images.ts";
import { recordPlan } from "../../../../tools/plan/record.ts";
import { charts } from "../../../../versions.ts";
import { mockCluster } from "../../../support/cluster.ts";
import { networkConfig, parsedConfig } from "../../../support/network.ts";

test("Calico is one release beside its namespace, and nobody waits for it", async () => {
  const plan = await recordPlan({ stack: "test" }, () => ({
    ...createCni(mockCluster(), networkConfig({ cni: { kind: "calico" } })),
  }));
  expect(plan.find("calico", "kubernetes:helm.sh/v3:Release").inputs).toMatchObject({
    chart: `.strata/charts/tigera-operator-${charts.calico.version}.tgz`,
    namespace: "tigera-operator",
    version: charts.calico.version,
  });
  expect(plan.outputs["urls"]).toEqual({});
});

test("kind brings no network, and its kube-proxy stays", () => {
  const { cluster } = parsedConfig({ network: { cni: { kind: "calico" } } });
  expect(cluster).toMatchObject({ podNetwork: "none" });
  expect(cluster).not.toHaveProperty("kubeProxy");
});

test("its values take kind's addresses, without a router", () => {
  expect(calicoValues((role) => imageParts(`quay.example/tigera/${role}:v1`))).toMatchObject({
    installation: {
      cni: { type: "Calico" },
      calicoNetwork: { bgp: "Disabled", ipPools: [{ cidr: "10.244.0.0/16", encapsulation: "VXLAN" }] },
    },
    tigeraOperator: { registry: "quay.example", image: "tigera/operator", version: "v1" },
  });
});
