// The pods, Services and policies of charts and operators, as a stack's plan configures them.
import type { Plan, Registration } from "../../../tools/plan/record.ts";
import { objectsOf } from "../kubernetes.ts";
import { type ChartService, chartServices } from "./chart-flows.ts";
import { type ChartPods, chartPods, type Where } from "./chart-pods.ts";
import type { Cluster, Pods, Policy, PolicyPeer, PolicySpec, Service } from "./model.ts";
import { dataOf } from "./planned.ts";

const valuesOf = (release: Registration) => (release.inputs["values"] ?? {}) as Record<string, unknown>;

/** Names with dots in them are in the path with an escaped dot. */
const at = (value: unknown, path: string): unknown =>
  path
    .split(/(?<!\\)\./)
    .map((key) => key.replace("\\.", "."))
    .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);

export const releaseNamed = (plan: Plan, name: string): Registration | undefined =>
  plan.resources.find(({ type, inputs }) => type === "kubernetes:helm.sh/v3:Release" && inputs["name"] === name);

/** What is there of it, with what configures it; undefined: this stack has none. */
const sourceOf = (where: Where, plan: Plan, clusterKind: string): unknown => {
  if ("clusterKind" in where) return where.clusterKind.includes(clusterKind) ? {} : undefined;
  if ("release" in where) {
    const release = releaseNamed(plan, where.release);
    return release && valuesOf(release);
  }
  return plan.resources.find(
    ({ type, inputs }) =>
      type === where.resource &&
      (where.object === undefined || (inputs["metadata"] as { name?: string } | undefined)?.name === where.object),
  )?.inputs;
};

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const podsOf = (known: ChartPods, source: unknown, plan: Plan): Pods => {
  const { namespace, name, scraped, reads } = known;
  const data = dataOf(objectsOf(plan));
  const volumes =
    known.volumesAt === undefined ? [] : (at(source, known.volumesAt) as { configMap: { name: string } }[]);
  const read = reads ? plan.resources.filter(({ type }) => type === reads.resource) : [];
  return {
    kind: "pods",
    id: `${namespace}/${name}`,
    namespace,
    name,
    labels: known.labels ?? { "app.kubernetes.io/name": name },
    annotations: {
      ...(scraped !== undefined && { "prometheus.io/scrape": "true", "prometheus.io/port": String(scraped) }),
      ...(known.annotationsAt === undefined ? {} : (at(source, known.annotationsAt) as Record<string, string>)),
    },
    ports: Object.entries(known.ports ?? {}).map(([portName, port]) => ({
      name: portName,
      port,
      protocol: portName.endsWith("udp") ? "UDP" : "TCP",
    })),
    hostNetwork: known.hostNetwork ?? false,
    replicas: known.replicas ?? 1,
    serviceAccount: known.serviceAccount ?? name,
    token: known.asks !== undefined,
    probes: known.probes ?? [],
    texts: [
      ...(known.textsAt ?? []).map((path) => text(at(source, path))),
      ...volumes.flatMap(({ configMap }) => data("ConfigMap", namespace, configMap)),
      ...read.map(({ inputs }) => text(at(inputs, reads?.at ?? ""))),
    ],
  };
};

const serviceOf = (known: ChartService, plan: Plan): Service => {
  const release = known.typeAt && releaseNamed(plan, known.typeAt.release);
  const type = release && at(valuesOf(release), known.typeAt?.path ?? "");
  return {
    namespace: known.namespace,
    name: known.name,
    type: typeof type === "string" ? type : "ClusterIP",
    selector: { "app.kubernetes.io/name": known.pods.split("/")[1] ?? "" },
    ports: [{ port: known.port, targetPort: known.targetPort }],
    annotations: {},
  };
};

/** Namespace and name of the policy with what an OpenBaoCluster says of its pods' flows; those are strata's to declare. */
export const openbaoPolicy = "of the OpenBaoCluster";

/** What OpenBao's operator makes of a cluster (its internal/infra/network.go): a stand-in, written from that file. */
const openbaoPolicies = (plan: Plan): Policy[] =>
  plan.resources
    .filter(({ type }) => type === "kubernetes:openbao.org/v1alpha1:OpenBaoCluster")
    .flatMap(({ inputs }) => {
      const { namespace } = inputs["metadata"] as { namespace: string };
      const { network } = inputs["spec"] as {
        network: { trustedIngressPeers: PolicyPeer[]; egressRules: NonNullable<PolicySpec["egress"]> };
      };
      const podSelector = { matchLabels: { "app.kubernetes.io/name": "openbao" } };
      const operator = {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openbao-operator-system" } },
      };
      const policyTypes = ["Ingress", "Egress"];
      const dns = [{ port: 53, protocol: "UDP" as const }, { port: 53 }];
      return [
        {
          namespace,
          name: "of the operator",
          declaredBy: "OpenBao's operator",
          spec: {
            podSelector,
            policyTypes,
            ingress: [
              { from: [{ podSelector }], ports: [{ port: 8200 }, { port: 8201 }] },
              { from: [operator], ports: [{ port: 8200 }] },
            ],
            egress: [
              { to: [{ podSelector }], ports: [{ port: 8200 }, { port: 8201 }] },
              { ports: [{ port: 443 }, { port: 6443 }] },
              { to: [{ namespaceSelector: {} }], ports: dns },
            ],
          },
        },
        {
          namespace,
          name: openbaoPolicy,
          declaredBy: "platform:OpenBao (spec.network)",
          spec: {
            podSelector,
            policyTypes,
            ingress: [{ from: network.trustedIngressPeers, ports: [{ port: 8200 }] }],
            egress: network.egressRules,
          },
        },
      ];
    });

export interface Charted {
  readonly pods: readonly { readonly known: ChartPods; readonly pods: Pods }[];
  /** With what the plan itself declares. */
  readonly cluster: Cluster;
}

/** @param clusterKind `cluster.kind` of the stack file. */
export const withCharts = (planned: Cluster, plan: Plan, clusterKind: string): Charted => {
  const pods = chartPods.flatMap((known) => {
    const source = sourceOf(known.where, plan, clusterKind);
    return source === undefined ? [] : [{ known, pods: podsOf(known, source, plan) }];
  });
  const there = new Set(pods.map(({ pods: { id } }) => id));
  return {
    pods,
    cluster: {
      namespaces: new Map([
        ...planned.namespaces,
        ["kube-system", { "kubernetes.io/metadata.name": "kube-system" }] as const,
      ]),
      pods: [...planned.pods, ...pods.map((known) => known.pods)],
      services: [
        ...planned.services,
        ...chartServices.filter((service) => there.has(service.pods)).map((service) => serviceOf(service, plan)),
      ],
      policies: [...planned.policies, ...openbaoPolicies(plan)],
    },
  };
};
