// What no configuration shows: connections that programs of charts make by themselves, and Services that operators make. One reason each; an
// entry that no stack has, or that the configuration shows by now, fails the walk.
import { namespaces, services } from "../../../names.ts";

export interface ChartFlow {
  /** `namespace/name` of pods. */
  readonly from: string;
  readonly to: string;
  readonly ports: readonly number[];
  readonly because: string;
}

const { flux, argocd, mesh, database, openbao, openbaoOperator, storage } = namespaces;

export const chartFlows: readonly ChartFlow[] = [
  {
    from: `${flux}/kustomize-controller`,
    to: `${flux}/source-controller`,
    ports: [9090],
    because: "it fetches what the source controller has stored; the address is in the source's status",
  },
  {
    from: `${argocd}/argocd-server`,
    to: `${argocd}/argocd-repo-server`,
    ports: [8081],
    because: "the page shows what a repository comes to; the address is in a ConfigMap of the chart",
  },
  {
    from: `${argocd}/argocd-application-controller`,
    to: `${argocd}/argocd-repo-server`,
    ports: [8081],
    because: "it compares what a repository comes to; the address is in a ConfigMap of the chart",
  },
  ...["argocd-server", "argocd-application-controller", "argocd-repo-server"].map((name) => ({
    from: `${argocd}/${name}`,
    to: `${argocd}/argocd-redis`,
    ports: [6379],
    because: "its cache; the address is in a ConfigMap of the chart",
  })),
  {
    from: `${mesh}/ztunnel`,
    to: `${mesh}/istiod`,
    ports: [15012],
    because: "certificates and who is where: XDS_ADDRESS of the chart",
  },
  {
    from: `${namespaces.apps}/waypoint`,
    to: `${mesh}/istiod`,
    ports: [15012],
    because: "certificates and routes: the address is in the template that istiod makes it of",
  },
  {
    from: `${database}/${services.cloudnativePg}`,
    to: `${database}/${services.postgresInstance}`,
    ports: [8000, 5432],
    because: "it asks each instance how it is; CloudNativePG's documentation (Networking) names both ports",
  },
  {
    from: `${database}/${services.postgresInstance}`,
    to: `${database}/${services.postgresInstance}`,
    ports: [8000, 5432],
    because: "replicas follow their primary, which asks whether the others see it before it goes on",
  },
  {
    from: `${openbaoOperator}/openbao-operator-controller`,
    to: `${openbao}/openbao`,
    ports: [8200],
    because: "it initialises, unseals and asks each pod of the cluster",
  },
  {
    from: `${openbaoOperator}/openbao-operator-controller`,
    to: `${storage}/${services.rustfs}`,
    ports: [9000],
    because: "it deletes the backups that are too old, at the endpoint of the cluster's backups",
  },
  {
    from: `${openbao}/openbao`,
    to: `${openbao}/openbao`,
    ports: [8200, 8201],
    because: "the pods of the cluster join and follow each other, and its Jobs ask it for a snapshot",
  },
  {
    from: `${namespaces.ingress}/${services.traefik}`,
    to: `${openbao}/openbao`,
    ports: [8200],
    because: "the operator makes the HTTPRoute that the section gateway of the OpenBaoCluster asks for",
  },
];

/** A Service that an operator or a chart makes, as far as something of ours names it. */
export interface ChartService {
  readonly namespace: string;
  readonly name: string;
  /** `namespace/name` of its pods. */
  readonly pods: string;
  readonly port: number;
  readonly targetPort: number;
  /** Path in the values of a release to its type. Default: ClusterIP. */
  readonly typeAt?: { readonly release: string; readonly path: string };
}

export const chartServices: readonly ChartService[] = [
  {
    namespace: database,
    name: "postgres-rw",
    pods: `${database}/${services.postgresInstance}`,
    port: 5432,
    targetPort: 5432,
  },
  { namespace: openbao, name: "bao-public", pods: `${openbao}/openbao`, port: 8200, targetPort: 8200 },
  {
    namespace: argocd,
    name: services.argocdServer,
    pods: `${argocd}/argocd-server`,
    port: 80,
    targetPort: 8080,
    typeAt: { release: "argocd", path: "server.service.type" },
  },
];

/** Grants that no edge uses and that stay all the same: `policy direction peer port`, as the walk prints them. */
export const offered: Readonly<Record<string, string>> = {
  "observability/otel-collector ingress */* 4318":
    "OTLP over HTTP, for pods whose SDK has no gRPC: those of an app by its own variables, those of others without a word in any stack file",
  "argocd/engine egress anywhere 22":
    "beside a stack that Pulumi applies, users' own Applications may read repositories by ssh",
  "edge/traefik ingress edge/* 15008":
    "whoever may come to the gateway comes by a tunnel where it takes part in the mesh",
  "edge/traefik ingress apps/* 15008":
    "whoever may come to the gateway comes by a tunnel where it takes part in the mesh",
  "apps/waypoint ingress apps/* 15008":
    "calls between apps; which of them there are, each caller's egress and the AuthorizationPolicies say",
  ...Object.fromEntries(
    [10257, 10259, 2381, 10249].map((port) => [
      `observability/prometheus egress anywhere ${port}`,
      "the jobs of a local control plane; k3s has it in one process and no pods to scrape",
    ]),
  ),
};
