import { describe, expect, test } from "vitest";
import { edgeOf, redirectSpec } from "../../../layers/network/edge.ts";
import { edgeBackends, flowTo, namespacesOf } from "../../../layers/network/edge-backends.ts";
import { listeners } from "../../../layers/network/listeners.ts";
import { engineFlows } from "../../../layers/platform/gitops/engine-flows.ts";
import { edgeUrl, edgeUrls } from "../../../lib/edge.ts";
import type { HttpRouteGateway, IngressGateway } from "../../../lib/handles.ts";

const gateway = { api: "gateway", namespace: "edge" } as HttpRouteGateway;
const hosts = { openbao: "bao.example.com", grafana: "grafana.example.com" };

describe("where a page is", () => {
  test("nowhere without an edge, and an edge of Ingress objects there is not", () => {
    expect(edgeOf(gateway, { nodePorts: true }, undefined)).toBeUndefined();
    expect([edgeUrl(undefined, "grafana"), edgeUrls(undefined)]).toEqual([undefined, {}]);
    const ingress = { api: "ingress" } as IngressGateway;
    expect(() => edgeOf(ingress, { nodePorts: true }, hosts)).toThrow("no gateway for it");
  });

  test("at the node port on this machine, at that of https elsewhere", () => {
    const here = edgeOf(gateway, { nodePorts: true }, hosts);
    expect(edgeUrls(here)).toEqual({
      openbao: "https://bao.example.com:30444",
      grafana: "https://grafana.example.com:30444",
    });
    const there = edgeOf(gateway, { nodePorts: false }, hosts);
    expect(edgeUrl(there, "grafana")).toBe("https://grafana.example.com");
    expect(edgeUrl(there, "argocd")).toBeUndefined();
    expect(there).toMatchObject({ port: 443, listener: "websecure" });
  });

  test("plain HTTP is sent there, for these hosts alone", () => {
    const spec = redirectSpec({ hosts: ["grafana.example.com"], parent: "traefik", port: 443 });
    expect(JSON.stringify(spec)).toContain('"requestRedirect":{"scheme":"https","port":443,"statusCode":302}');
    expect(spec).toMatchObject({ hostnames: ["grafana.example.com"], parentRefs: [{ sectionName: "web" }] });
  });
});

describe("who may", () => {
  const admitted = (name: string) => {
    const all = listeners({
      web: 80,
      tls: { port: 443, secret: "tls" },
      served: ["apps"],
      servedByTls: ["openbao", "apps"],
    });
    const listener = all.find((one) => one["name"] === name) as {
      allowedRoutes: { namespaces: { selector: { matchExpressions: { values: string[] }[] } } };
    };
    return listener.allowedRoutes.namespaces.selector.matchExpressions[0]?.values;
  };

  test("hang a route on plain HTTP: no page", () => {
    expect([admitted("web"), admitted("websecure")]).toEqual([["apps"], ["apps", "openbao"]]);
  });

  test("be reached: one workload at one port each, in namespaces that are told once", () => {
    expect(flowTo(edgeBackends.openbao)).toEqual({
      peers: [{ namespace: "openbao", workload: "openbao" }],
      ports: [8200],
    });
    expect(namespacesOf(Object.values(edgeBackends))).toEqual(["argocd", "messaging", "observability", "openbao"]);
  });

  test("reach Argo CD's server: Traefik where there is an edge, everybody only by a node port", () => {
    const reached = (nodePorts: boolean, edge: boolean) =>
      engineFlows("argocd", { nodePorts, edge, ssh: false }).ingress?.flatMap(({ peers, ports }) =>
        ports.includes(8080) ? peers : [],
      );
    expect(reached(false, false)).toEqual([]);
    expect(reached(false, true)).toEqual([{ namespace: "edge", workload: "traefik" }]);
    expect(reached(true, false)).toEqual(["anywhere"]);
    // Flux has no page.
    expect(JSON.stringify(engineFlows("flux", { nodePorts: false, edge: true, ssh: false }))).not.toContain("traefik");
  });
});
