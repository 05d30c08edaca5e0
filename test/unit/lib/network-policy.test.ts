import { expect, test } from "vitest";
import { awsFlows, policySpec } from "../../../lib/network-policy.ts";

test("a pod with a role reaches its node's agent, the APIs and DNS: never the metadata service", () => {
  const { egress } = policySpec("controller", { egress: awsFlows }) as { egress: object[] };
  expect(egress.slice(1)).toEqual([
    { ports: [{ port: 80, protocol: "TCP" }], to: [{ ipBlock: { cidr: "169.254.170.23/32" } }] },
    { ports: [{ port: 443, protocol: "TCP" }] },
  ]);
  expect(JSON.stringify(egress)).not.toContain("169.254.169.254");
});
