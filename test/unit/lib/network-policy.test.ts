import { expect, test } from "vitest";
import { apiServer, awsFlows, policySpec } from "../../../lib/network-policy.ts";

test("a pod with a role reaches its node's agent, the APIs and DNS: never the metadata service", () => {
  const { egress } = policySpec("controller", { egress: awsFlows }) as { egress: object[] };
  expect(egress.slice(1)).toEqual([
    { ports: [{ port: 80, protocol: "TCP" }], to: [{ ipBlock: { cidr: "169.254.170.23/32" } }] },
    { ports: [{ port: 443, protocol: "TCP" }] },
  ]);
  expect(JSON.stringify(egress)).not.toContain("169.254.169.254");
});

test("a flow without peers lets nobody through, and not everybody", () => {
  expect(policySpec("garage", { ingress: [{ peers: [], ports: [3900] }] }).ingress).toEqual([]);
});

test("flows to the same peers are one rule, each port once", () => {
  const { egress } = policySpec("controller", {
    egress: [apiServer, ...awsFlows, { peers: ["anywhere"], ports: [8443] }],
  }) as {
    egress: object[];
  };
  expect(egress.slice(1)).toEqual([
    { ports: [443, 6443, 8443].map((port) => ({ port, protocol: "TCP" })) },
    { ports: [{ port: 80, protocol: "TCP" }], to: [{ ipBlock: { cidr: "169.254.170.23/32" } }] },
  ]);
  const peers = [{ namespace: "apps" }];
  const { ingress } = policySpec("x", {
    ingress: [
      { peers, ports: [1] },
      { peers, ports: [] },
      { peers, ports: [2], protocol: "UDP" },
    ],
  }) as { ingress: { ports: object[] }[] };
  expect(ingress.map(({ ports }) => ports)).toEqual([[], [{ port: 2, protocol: "UDP" }]]);
});
