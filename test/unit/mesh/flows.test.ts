import { expect, test } from "vitest";
import { meshedFlows, tunnelFlows } from "../../../lib/mesh/flows.ts";
import { type Flows, policySpec } from "../../../lib/network-policy.ts";

const flows: Flows = {
  ingress: [
    { peers: [{ namespace: "edge" }, { namespace: "apps", workload: "caller" }], ports: [8080] },
    { peers: [{ namespace: "observability", workload: "prometheus" }], ports: [9090] },
  ],
  egress: [
    { peers: [{ namespace: "database" }], ports: [5432] },
    { peers: [{ namespace: "apps", workload: "other" }], ports: [] },
    { peers: ["internet"], ports: [443] },
  ],
};
const members = ["edge", "apps"];
const probes = { peers: ["probes"], ports: [] };

test("without a mesh, and outside of it, nothing is added", () => {
  expect(meshedFlows("apps", flows, undefined)).toBe(flows);
  expect(meshedFlows("database", flows, { members, waypoints: [] })).toBe(flows);
  expect(tunnelFlows("apps", flows, undefined)).toEqual({});
});

test("members talk through tunnels only, others as before, and probes come from their own address", () => {
  expect(meshedFlows("apps", flows, { members, waypoints: [] })).toEqual({
    ingress: [
      { peers: [{ namespace: "observability", workload: "prometheus" }], ports: [9090] },
      { peers: [{ namespace: "edge" }, { namespace: "apps", workload: "caller" }], ports: [15008] },
      probes,
    ],
    egress: [
      { peers: [{ namespace: "database" }], ports: [5432] },
      { peers: ["internet"], ports: [443] },
      { peers: [{ namespace: "apps", workload: "other" }], ports: [15008] },
    ],
  });
});

test("a waypoint stands between caller and pod, on both sides", () => {
  const waypoint = { peers: [{ namespace: "apps", workload: "waypoint" }], ports: [15008] };
  const { ingress, egress } = meshedFlows("apps", flows, { members, waypoints: ["apps"] });
  expect(ingress?.slice(1)).toEqual([waypoint, probes]);
  expect(egress?.at(-1)).toEqual(waypoint);
});

test("who takes anybody takes members through tunnels too", () => {
  const { ingress } = meshedFlows(
    "edge",
    { ingress: [{ peers: ["anywhere"], ports: [8000] }] },
    { members, waypoints: ["apps"] },
  );
  expect(ingress).toEqual([
    { peers: ["anywhere"], ports: [8000] },
    { peers: [{ namespace: "edge" }, { namespace: "apps" }], ports: [15008] },
    probes,
  ]);
});

test("an app that talks to nobody is probed all the same", () => {
  const { ingress } = policySpec("app", meshedFlows("apps", {}, { members, waypoints: ["apps"] }));
  expect(ingress).toEqual([{ ports: [], from: [{ ipBlock: { cidr: "169.254.7.127/32" } }] }]);
});
