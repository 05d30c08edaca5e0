// The service graph of a plan: every connection that its workloads are told to make, found in what configures them and not in the policies.
import type { Plan } from "../../../tools/plan/record.ts";
import { edgesOfText, edgesTo, serviceNamed } from "./addresses.ts";
import { awsEdges } from "./aws.ts";
import { type ChartFlow, chartFlows } from "./chart-flows.ts";
import { releaseNamed, withCharts } from "./charted.ts";
import { withoutEnvelopes } from "./envelope.ts";
import { meshed, meshedProbes, meshTraces } from "./mesh.ts";
import { type Cluster, distinct, type Edge, type End, sameEdge } from "./model.ts";
import { apiServer, apiServerEdges } from "./outside.ts";
import { plannedCluster } from "./planned.ts";
import { entrances, healthChecks, routes } from "./routes.ts";
import { jobsOfTexts, type ScrapeJob, scrapeEdges } from "./scrape.ts";

export interface Graph {
  readonly cluster: Cluster;
  readonly edges: readonly Edge[];
  /** Of chartFlows: those that this stack has, and of them those that the configuration shows by itself. */
  readonly known: { readonly there: readonly ChartFlow[]; readonly shown: readonly ChartFlow[] };
}

/** Prometheus' jobs: in its own file, or in the values of the chart that makes it. */
const scraped = (cluster: Cluster): Edge[] =>
  cluster.pods
    .filter(({ labels }) => labels["app.kubernetes.io/name"] === "prometheus")
    .flatMap((prometheus) => {
      const own = prometheus.texts
        .filter((text) => text.startsWith('[{"'))
        .flatMap((text) => JSON.parse(text) as ScrapeJob[]);
      return scrapeEdges(prometheus, [...own, ...jobsOfTexts(prometheus.texts)], cluster);
    });

/** By the chart, Prometheus is told its Alertmanager as a Service and not as an address. */
const alerting = (cluster: Cluster, plan: Plan): Edge[] => {
  const values = releaseNamed(plan, "kube-prometheus-stack")?.inputs["values"] as
    | { prometheus: { prometheusSpec: { alertingEndpoints: { namespace: string; name: string; port: string }[] } } }
    | undefined;
  const prometheus = cluster.pods.find(({ labels }) => labels["app.kubernetes.io/name"] === "prometheus");
  return (values?.prometheus.prometheusSpec.alertingEndpoints ?? []).flatMap(({ namespace, name, port }) => {
    const service = serviceNamed(cluster, namespace, name);
    return prometheus && service
      ? edgesTo(prometheus, service, port, { cluster, because: "alertingEndpoints of the release" })
      : [];
  });
};

/** Whoever has a token for the API server uses it. */
const apiClients = (cluster: Cluster): Edge[] =>
  cluster.pods.filter(({ token }) => token).flatMap((pods) => apiServerEdges(pods, "its token for the API server"));

/** Every pod may look a name up; where nobody runs the answering pods in a namespace of ours, there is nothing to allow. */
const lookups = (cluster: Cluster): Edge[] => {
  const dns = cluster.pods.filter(({ labels }) => labels["k8s-app"] === "kube-dns");
  return cluster.pods
    .filter(({ namespace, hostNetwork }) => namespace !== "kube-system" && !hostNetwork)
    .flatMap((from) =>
      dns.flatMap((to) =>
        (["UDP", "TCP"] as const).map((protocol) => ({ from, to, port: 53, protocol, because: "names of Services" })),
      ),
    );
};

const knownEdges = (cluster: Cluster) =>
  chartFlows.flatMap((flow) => {
    const find = (id: string): End[] => cluster.pods.filter((pods) => pods.id === id);
    const edges = find(flow.from).flatMap((from) =>
      find(flow.to).flatMap((to) =>
        flow.ports.map((port): Edge => ({ from, to, port, protocol: "TCP", because: flow.because })),
      ),
    );
    return edges.length > 0 ? [{ flow, edges }] : [];
  });

/**
 * @param clusterKind `cluster.kind` of the stack file.
 * @throws FlowError for what a text says and nobody can follow.
 */
export const graphOf = (recorded: Plan, clusterKind: string): Graph => {
  const plan = withoutEnvelopes(recorded);
  const { cluster, pods: charted } = withCharts(plannedCluster(plan), plan, clusterKind);
  const gateway = cluster.pods.find(({ labels }) => labels["app.kubernetes.io/name"] === "traefik");
  const shown = [
    ...cluster.pods.flatMap((pods) =>
      pods.texts.flatMap((text) => edgesOfText(pods, text, cluster, "its configuration")),
    ),
    ...scraped(cluster),
    ...alerting(cluster, plan),
    ...routes(cluster, plan, gateway),
    ...meshTraces(cluster, plan),
    ...apiClients(cluster),
    ...awsEdges(cluster, plan),
    ...entrances(cluster),
    ...healthChecks(cluster, plan),
    ...lookups(cluster),
  ];
  const known = knownEdges(cluster);
  const asked = charted.flatMap(({ known: { asked: question }, pods }): Edge[] =>
    question
      ? [
          {
            from: apiServer,
            to: pods,
            port: question.port,
            protocol: "TCP",
            because: `webhook: it asks about ${question.about}`,
          },
        ]
      : [],
  );
  const edges = meshed(distinct([...shown, ...asked, ...known.flatMap((entry) => entry.edges)]), cluster);
  return {
    cluster,
    edges: distinct([...edges, ...meshedProbes(cluster)]),
    known: {
      there: known.map(({ flow }) => flow),
      shown: known
        .filter((entry) => entry.edges.every((edge) => shown.some((other) => sameEdge(other, edge))))
        .map(({ flow }) => flow),
    },
  };
};
