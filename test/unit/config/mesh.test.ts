import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const app = { image: "ghcr.io/acme/app:1.0.0", port: 80 };
const issuers = { users: { issuer: "users", jwksUri: "http://auth.apps.svc:80/keys" } };
const route = { path: "/x", namespace: "microservices", service: "x", port: 80 };
const routes = { x: route, grafana: { ...route, path: "/g", namespace: "observability" } };

const issues = (sections: Record<string, unknown>): readonly string[] => {
  const all = { cluster: { kind: "kind" }, ...sections };
  try {
    parseConfig({
      file: "Pulumi.test.yaml",
      sections: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, JSON.stringify(value)])),
    });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};
const withMesh = (mesh: Record<string, unknown>, cluster: Record<string, unknown> = { kind: "kind" }) => ({
  cluster,
  network: { ingress: { kind: "traefik", routes }, mesh: { kind: "istio", ...mesh } },
});
const existing = { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" };

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "another mesh",
    { network: { mesh: { kind: "linkerd" } } },
    ['strata:network.mesh.kind: "linkerd" is not allowed. Allowed: istio'],
  ],
  [
    "an app that asks for what nobody does",
    { apps: { a: { ...app, mesh: { retries: { attempts: 2 } } } } },
    ["strata:apps.a.mesh: There is no mesh to do it. Add network.mesh with kind: istio, or remove the key"],
  ],
  [
    "an issuer that is not declared",
    { network: { mesh: { kind: "istio", issuers } }, apps: { a: { ...app, mesh: { auth: { issuers: ["user"] } } } } },
    [
      'strata:apps.a.mesh.auth.issuers[0]: Unknown issuer "user". Did you mean "users"? Declared under network.mesh.issuers: users',
    ],
  ],
  [
    "a trusted app that is not there",
    {
      network: { mesh: { kind: "istio", issuers } },
      apps: { a: { ...app, mesh: { auth: { issuers: ["users"], trusted: ["app:b"] } } } },
    },
    ['strata:apps.a.mesh.auth.trusted[0]: Unknown app "b". Did you mean "a"? Declared under apps: a'],
  ],
  [
    "a service in a namespace that nobody routes to",
    withMesh({ services: { x: { namespace: "microservice", port: 80 } } }),
    [
      'strata:network.mesh.services.x.namespace: Unknown namespace "microservice". Did you mean "microservices"? Of others, and named by network.ingress.routes: microservices',
    ],
  ],
  [
    "a service in a namespace of strata's own",
    withMesh({ services: { x: { namespace: "observability", port: 80 } } }),
    [
      'strata:network.mesh.services.x.namespace: Unknown namespace "observability". Of others, and named by network.ingress.routes: microservices',
    ],
  ],
  [
    "somebody else's namespaces",
    withMesh({ services: { x: { namespace: "microservices", port: 80 } } }, existing),
    [
      "strata:network.mesh.services.x: Its namespace is somebody else's on an existing cluster, and whether it takes part in the mesh is for them to say. Remove the key",
    ],
  ],
  [
    "a path with a wildcard",
    {
      network: { mesh: { kind: "istio", issuers } },
      apps: { a: { ...app, mesh: { auth: { issuers: ["users"], public: ["/x/*"] } } } },
    },
    ['strata:apps.a.mesh.auth.public[0]: got "/x/*". Expected a path that starts with /, for example "/api"'],
  ],
])("%s", (_name, sections, expected) => {
  expect(issues(sections)).toEqual(expected);
});

test("a mesh on a cluster of somebody else's is fine, and brings the Gateway API", () => {
  expect(issues({ ...withMesh({}, existing) })).toEqual([]);
});
