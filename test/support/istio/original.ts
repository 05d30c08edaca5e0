// The reference system's own policies, whose admin-only protects nothing: kept to show that the evaluation sees it.
import type { MeshObject } from "./mesh.ts";

const namespace = "microservices";

export const originalNamespace: MeshObject = {
  kind: "Namespace",
  metadata: {
    name: namespace,
    labels: { "istio.io/dataplane-mode": "ambient", "istio.io/use-waypoint": "waypoint" },
  },
  spec: {},
};

export const originalGateway: MeshObject = { kind: "Gateway", metadata: { name: "waypoint", namespace }, spec: {} };

const waypoint = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "waypoint" };

export const originalPolicies: MeshObject[] = [
  {
    kind: "RequestAuthentication",
    metadata: { name: "jwt-auth", namespace },
    spec: { targetRefs: [waypoint], jwtRules: [{ issuer: "auth-service", forwardOriginalToken: true }] },
  },
  {
    kind: "AuthorizationPolicy",
    metadata: { name: "require-jwt-or-public", namespace },
    spec: {
      targetRefs: [waypoint],
      action: "ALLOW",
      rules: [
        { from: [{ source: { requestPrincipals: ["*"] } }] },
        { to: [{ operation: { paths: ["/auth/*", "/healthz", "/.well-known/*"] } }] },
        { from: [{ source: { principals: ["cluster.local/ns/microservices/sa/*"] } }] },
      ],
    },
  },
  {
    kind: "AuthorizationPolicy",
    metadata: { name: "admin-only", namespace },
    spec: {
      targetRefs: [{ group: "", kind: "Service", name: "gateway" }],
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { requestPrincipals: ["*"] } }],
          when: [{ key: "request.auth.claims[role]", values: ["admin"] }],
        },
      ],
    },
  },
];
