// The evaluation itself, rule by rule of Istio's reference, and the reference system's broken pair.
import { describe, expect, test } from "vitest";
import { matchesRule, type Rule, type Seen } from "../../support/istio/match.ts";
import { type Call, decide, type MeshObject } from "../../support/istio/mesh.ts";
import { originalGateway, originalNamespace, originalPolicies } from "../../support/istio/original.ts";

const edge = "cluster.local/ns/edge/sa/traefik";
const call: Call = {
  from: edge,
  namespace: "microservices",
  service: "gateway",
  labels: { "app.kubernetes.io/name": "gateway" },
  port: 8082,
  path: "/gateway.v1.GatewayService/Invoke",
};
const user = { iss: "auth-service", sub: "1" };
const admin = { ...user, role: "admin" };

describe("the reference system", () => {
  const mesh = [originalNamespace, originalGateway, ...originalPolicies];

  test("lets every user do what it meant for admins: ALLOW policies add up", () => {
    expect(decide(mesh, { ...call, token: admin })).toBe("allowed");
    expect(decide(mesh, { ...call, token: user })).toBe("allowed");
    expect(decide(mesh, call)).toBe("allowed by nothing (waypoint)");
  });

  test("has an edge outside the mesh, which goes past the waypoint and every policy at it", () => {
    const { from: _from, ...outside } = call;
    expect(decide(mesh, outside)).toBe("allowed");
  });

  test("is repaired by a DENY, which is judged first", () => {
    const denial: MeshObject = {
      kind: "AuthorizationPolicy",
      metadata: { name: "admins", namespace: "microservices" },
      spec: {
        targetRefs: [{ kind: "Service", name: "gateway" }],
        action: "DENY",
        rules: [{ when: [{ key: "request.auth.claims[role]", notValues: ["admin"] }] }],
      },
    };
    const repaired = [...mesh, denial];
    expect(decide(repaired, { ...call, token: user })).toBe("denied by admins (waypoint)");
    expect(decide(repaired, { ...call, token: admin })).toBe("allowed");
    expect(decide(repaired, { ...call, service: "greeter", token: user })).toBe("allowed");
  });

  test("accepts a token of the issuer that it knows only", () => {
    expect(decide(mesh, { ...call, token: { iss: "somebody", sub: "1" } })).toBe(
      "denied: no issuer of that token is accepted (waypoint)",
    );
  });
});

const seen: Seen = { principal: "cluster.local/ns/apps/sa/caller", port: 80, path: "/admin/users", method: "GET" };

describe("a rule", () => {
  test.each<[string, Rule, boolean]>([
    ["an empty rule matches all", {}, true],
    ["exact", { from: [{ source: { principals: ["cluster.local/ns/apps/sa/caller"] } }] }, true],
    ["prefix", { from: [{ source: { principals: ["cluster.local/ns/apps/*"] } }] }, true],
    ["suffix", { from: [{ source: { principals: ["*/sa/caller"] } }] }, true],
    ["another", { from: [{ source: { principals: ["cluster.local/ns/apps/sa/call"] } }] }, false],
    ["none of these", { from: [{ source: { notPrincipals: ["*/sa/caller"] } }] }, false],
    ["namespace", { from: [{ source: { namespaces: ["apps"] } }] }, true],
    ["one of two sources", { from: [{ source: { namespaces: ["x"] } }, { source: { namespaces: ["apps"] } }] }, true],
    [
      "source and operation",
      { from: [{ source: { namespaces: ["apps"] } }], to: [{ operation: { ports: ["81"] } }] },
      false,
    ],
    ["the path below", { to: [{ operation: { paths: ["/admin/*"] } }] }, true],
    ["the prefix of a segment is no prefix", { to: [{ operation: { paths: ["/admin"] } }] }, false],
    ["not this path", { to: [{ operation: { notPaths: ["/admin/*"] } }] }, false],
    ["method", { to: [{ operation: { methods: ["POST"] } }] }, false],
    ["no token", { from: [{ source: { requestPrincipals: ["*"] } }] }, false],
    ["not any token", { from: [{ source: { notRequestPrincipals: ["*"] } }] }, true],
    ["a claim that is missing", { when: [{ key: "request.auth.claims[role]", values: ["admin"] }] }, false],
    ["not a claim that is missing", { when: [{ key: "request.auth.claims[role]", notValues: ["admin"] }] }, true],
  ])("%s", (_name, rule, expected) => {
    expect(matchesRule(rule, seen)).toBe(expected);
  });

  test("a presence wildcard needs something", () => {
    const anybody: Rule = { from: [{ source: { principals: ["*"] } }] };
    expect(matchesRule(anybody, seen)).toBe(true);
    expect(matchesRule(anybody, { port: 80 })).toBe(false);
    expect(matchesRule({ from: [{ source: { notPrincipals: ["*"] } }] }, { port: 80 })).toBe(true);
  });

  test("a claim may be a list, and lie deeper", () => {
    const claims = { iss: "i", sub: "s", roles: ["user", "admin"], realm: { roles: ["ops"] } };
    const when = (key: string, values: string[]): Rule => ({ when: [{ key: `request.auth.claims${key}`, values }] });
    expect(matchesRule(when("[roles]", ["admin"]), { ...seen, claims })).toBe(true);
    expect(matchesRule(when("[realm][roles]", ["ops"]), { ...seen, claims })).toBe(true);
    expect(matchesRule(when("[roles]", ["ops"]), { ...seen, claims })).toBe(false);
  });

  test("an issuer may be a URL", () => {
    const rule: Rule = { from: [{ source: { requestPrincipals: ["https://id.example.com/*"] } }] };
    expect(matchesRule(rule, { ...seen, claims: { iss: "https://id.example.com", sub: "x" } })).toBe(true);
    expect(matchesRule(rule, { ...seen, claims: { iss: "https://id.example.org", sub: "x" } })).toBe(false);
  });

  test("a condition that is not understood is no silent match", () => {
    expect(() => matchesRule({ when: [{ key: "connection.sni", values: ["x"] }] }, seen)).toThrow("connection.sni");
  });
});

describe("where a policy is enforced", () => {
  const space = { "istio.io/dataplane-mode": "ambient" };
  const namespace = (labels: Record<string, string>): MeshObject => ({
    kind: "Namespace",
    metadata: { name: "apps", labels },
    spec: {},
  });
  const policy = (name: string, spec: Record<string, unknown>): MeshObject => ({
    kind: "AuthorizationPolicy",
    metadata: { name, namespace: "apps" },
    spec,
  });
  const labels = { "app.kubernetes.io/name": "shop" };
  const toShop: Call = { from: edge, namespace: "apps", service: "shop", labels, port: 80, path: "/" };
  const noRules = policy("nobody", { selector: { matchLabels: labels }, action: "ALLOW" });

  test("no policy allows, an ALLOW without rules denies, another workload's does not count", () => {
    expect(decide([namespace(space)], toShop)).toBe("allowed");
    expect(decide([namespace(space), noRules], toShop)).toBe("allowed by nothing (ztunnel)");
    expect(decide([namespace(space), noRules], { ...toShop, labels: { "app.kubernetes.io/name": "x" } })).toBe(
      "allowed",
    );
  });

  test("a namespace outside the mesh enforces nothing", () => {
    expect(decide([namespace({}), noRules], toShop)).toBe("allowed");
  });

  test("ztunnel judges no request: an ALLOW by path allows nothing there, a DENY by path denies all", () => {
    const byPath = (action: string) =>
      policy("path", {
        selector: { matchLabels: labels },
        action,
        rules: [{ to: [{ operation: { paths: ["/x"] } }] }],
      });
    expect(decide([namespace(space), byPath("ALLOW")], { ...toShop, path: "/x" })).toBe("allowed by nothing (ztunnel)");
    expect(decide([namespace(space), byPath("DENY")], toShop)).toBe("denied by path (ztunnel)");
  });

  test("ztunnel reads no targetRefs, a waypoint no selector, and a waypoint that is not there is no way", () => {
    const gateway: MeshObject = { kind: "Gateway", metadata: { name: "waypoint", namespace: "apps" }, spec: {} };
    const enrolled = namespace({ ...space, "istio.io/use-waypoint": "waypoint" });
    const refused = policy("refused", { targetRefs: [{ kind: "Service", name: "shop" }], action: "ALLOW" });
    expect(decide([enrolled, gateway, refused], toShop)).toBe("allowed by nothing (waypoint)");
    expect(decide([enrolled, refused], toShop)).toBe("allowed");
    const { service: _service, ...toPod } = toShop;
    expect(decide([enrolled, gateway, refused], toPod)).toBe("allowed");
    const own = policy("own", {
      selector: { matchLabels: labels },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/apps/sa/waypoint"] } }] }],
    });
    expect(decide([enrolled, gateway, own], toShop)).toBe("allowed");
    expect(decide([enrolled, gateway, own], toPod)).toBe("allowed by nothing (ztunnel)");
  });
});
