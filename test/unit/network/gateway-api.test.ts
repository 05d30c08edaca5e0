import { expect, test } from "vitest";
import { GatewayApiDefinitions } from "../../../layers/network/gateway-api.ts";
import { recordPlan } from "../../../tools/plan/record.ts";
import { charts } from "../../../versions.ts";
import { mockCluster } from "../../support/cluster.ts";

test("the definitions are one release, and ready when it is", async () => {
  const plan = await recordPlan({ stack: "test" }, () => {
    const { ready } = new GatewayApiDefinitions("gateway-api", { cluster: mockCluster(), version: "1.4" });
    return { ready };
  });
  expect(
    plan.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).map(({ name }) => name),
  ).toEqual(["gateway-api"]);
  expect(plan.find("gateway-api", "kubernetes:helm.sh/v3:Release").inputs).toMatchObject({
    name: "gateway-api",
    namespace: "kube-system",
    chart: `.strata/charts/gateway-api-${charts.gatewayApi14.version}.tgz`,
    version: charts.gatewayApi14.version,
  });
});
