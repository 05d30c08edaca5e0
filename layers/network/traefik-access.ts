// What Traefik may read of the API: its own class and nodes cluster-wide, everything about routes only where a RoleBinding says so.
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import * as pulumi from "@pulumi/pulumi";
import { metadata, workloadLabels } from "../../lib/workload.ts";

/** Informers list and watch; Traefik reads nothing in another way. */
const read = ["list", "watch"];

/** Needed for ingressClassName to be understood at all; the provider then insists on nodes too. */
export const clusterRules = [
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: read },
  { apiGroups: [""], resources: ["nodes"], verbs: read },
];

/** Traefik waits for all four kinds before it serves one route, so Secrets can't be left out; they are those of one namespace. */
export const routeRules = [
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: read },
  { apiGroups: [""], resources: ["services", "secrets"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
];

/** What the Gateway API's provider adds cluster-wide: it tells the class that it is accepted, and selects namespaces by label. */
export const gatewayClusterRules = [
  { apiGroups: [""], resources: ["namespaces"], verbs: read },
  { apiGroups: ["gateway.networking.k8s.io"], resources: ["gatewayclasses"], verbs: read },
  { apiGroups: ["gateway.networking.k8s.io"], resources: ["gatewayclasses/status"], verbs: ["update"] },
];

const gatewayKinds = ["gateways", "httproutes", "grpcroutes", "referencegrants", "backendtlspolicies"];

/** What it and the provider of the middlewares add per namespace: they wait for every kind of theirs before they serve one. */
export const gatewayRouteRules = [
  { apiGroups: [""], resources: ["configmaps"], verbs: read },
  { apiGroups: ["gateway.networking.k8s.io"], resources: gatewayKinds, verbs: read },
  {
    apiGroups: ["gateway.networking.k8s.io"],
    resources: gatewayKinds.filter((kind) => kind !== "referencegrants").map((kind) => `${kind}/status`),
    verbs: ["update"],
  },
  {
    apiGroups: ["traefik.io"],
    resources: [
      "middlewares",
      "middlewaretcps",
      "ingressroutes",
      "ingressroutetcps",
      "ingressrouteudps",
      "traefikservices",
      "tlsoptions",
      "tlsstores",
      "serverstransports",
      "serverstransporttcps",
    ],
    verbs: read,
  },
];

export interface TraefikAccess {
  /** Waits until the account may read what is cluster-wide: a Traefik started earlier backs off and comes up late. */
  readonly serviceAccount: pulumi.Output<string>;
  /** ClusterRole for the RoleBinding of a namespace with routes. */
  readonly routeReader: pulumi.Output<string>;
}

export const createTraefikAccess = (
  name: string,
  args: { namespace: pulumi.Input<string>; account: string; gatewayApi: boolean },
  options: pulumi.CustomResourceOptions,
): TraefikAccess => {
  const clusterMetadata = (suffix: string) => ({ name: `strata-${name}${suffix}`, labels: workloadLabels(name) });
  const account = new ServiceAccount(
    name,
    // Only the Deployment that asks for the token gets it.
    { metadata: metadata(args.account, args.namespace), automountServiceAccountToken: false },
    options,
  );
  const role = new ClusterRole(
    name,
    {
      metadata: clusterMetadata(""),
      rules: args.gatewayApi ? [...clusterRules, ...gatewayClusterRules] : clusterRules,
    },
    options,
  );
  const binding = new ClusterRoleBinding(
    name,
    {
      metadata: clusterMetadata(""),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: args.account, namespace: args.namespace }],
    },
    options,
  );
  const routes = new ClusterRole(
    `${name}-routes`,
    {
      metadata: clusterMetadata("-routes"),
      rules: args.gatewayApi ? [...routeRules, ...gatewayRouteRules] : routeRules,
    },
    options,
  );
  return {
    serviceAccount: pulumi.all([account.metadata.name, binding.metadata.name]).apply(([accountName]) => accountName),
    routeReader: routes.metadata.name,
  };
};
