// Whom Prometheus scrapes: its own configuration, with the rules of its documentation, over the pods of the plan.
import { parse } from "yaml";
import { nodeAddress } from "./evaluate.ts";
import { type Cluster, type Edge, type End, FlowError, type Pods } from "./model.ts";
import { apiServer, apiServerEdges } from "./outside.ts";

interface Relabel {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly action?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

export interface ScrapeJob {
  readonly job_name: string;
  readonly kubernetes_sd_configs?: readonly {
    readonly role: string;
    readonly namespaces?: { readonly names: string[] };
  }[];
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  readonly relabel_configs?: readonly Relabel[];
}

type Labels = Readonly<Record<string, string>>;

interface Target {
  readonly to: End;
  readonly labels: Labels;
}

/** Labels after the rules; undefined: the target is dropped. @throws FlowError for an action that nothing here uses. */
export const relabel = (labels: Labels, rules: readonly Relabel[]): Labels | undefined => {
  const result: Record<string, string> = { ...labels };
  for (const rule of rules) {
    const { action = "replace", regex = "(.*)", replacement = "$1", separator = ";" } = rule;
    const value = (rule.source_labels ?? []).map((label) => result[label] ?? "").join(separator);
    const match = new RegExp(`^(?:${regex})$`, "s").exec(value);
    if (action === "keep") {
      if (!match) return undefined;
    } else if (action === "drop") {
      if (match) return undefined;
    } else if (action === "replace") {
      if (match && rule.target_label !== undefined)
        result[rule.target_label] = replacement.replace(
          /\$\{?(\d+)\}?/g,
          (_, group: string) => match[Number(group)] ?? "",
        );
    } else throw new FlowError(`No rule here understands the relabel action ${action}`);
  }
  return result;
};

const metaName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_]/g, "_");

const prefixed = (prefix: string, labels: Labels): Labels =>
  Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [`__meta_kubernetes_pod_${prefix}_${metaName(key)}`, value]),
  );

const podIp = "10.244.0.10";

const podTargets = (pods: Pods): Target[] => {
  const ip = pods.hostNetwork ? nodeAddress : podIp;
  const base = {
    ...prefixed("label", pods.labels),
    ...prefixed("annotation", pods.annotations),
    __meta_kubernetes_namespace: pods.namespace,
    __meta_kubernetes_pod_name: `${pods.name}-0`,
    __meta_kubernetes_pod_ip: ip,
    __meta_kubernetes_pod_phase: "Running",
    __meta_kubernetes_pod_node_name: "node",
  };
  const declared = pods.ports.length > 0 ? pods.ports : [undefined];
  return declared.map((port) => ({
    to: pods,
    labels: {
      ...base,
      __address__: port ? `${ip}:${port.port}` : ip,
      ...(port?.name !== undefined && { __meta_kubernetes_pod_container_port_name: port.name }),
      ...(port && { __meta_kubernetes_pod_container_port_number: String(port.port) }),
    },
  }));
};

/** The kubelet has the node's address, like every pod on the host's network. */
const kubelet: End = { kind: "outside", id: "kubelet", address: nodeAddress };

const targetsOf = (job: ScrapeJob, cluster: Cluster): Target[] =>
  (job.kubernetes_sd_configs ?? []).flatMap(({ role, namespaces }): Target[] => {
    if (role === "pod")
      return cluster.pods.filter(({ namespace }) => namespaces?.names.includes(namespace) ?? true).flatMap(podTargets);
    if (role === "node")
      return [{ to: kubelet, labels: { __address__: `${nodeAddress}:10250`, __meta_kubernetes_node_name: "node" } }];
    // The only one that is asked for: the API server's own.
    if (role === "endpointslice" && namespaces?.names.join() === "default")
      return [
        {
          to: apiServer,
          labels: {
            __address__: `${apiServer.address}:6443`,
            __meta_kubernetes_endpointslice_label_kubernetes_io_service_name: "kubernetes",
            __meta_kubernetes_endpointslice_port_name: "https",
          },
        },
      ];
    throw new FlowError(`The scrape job ${job.job_name} discovers ${role}, which nothing here can follow`);
  });

export const scrapeEdges = (prometheus: Pods, jobs: readonly ScrapeJob[], cluster: Cluster): Edge[] =>
  jobs.flatMap((job): Edge[] => {
    if (job.static_configs) throw new FlowError(`The scrape job ${job.job_name} has static targets: follow them here`);
    const because = `scrape job ${job.job_name}`;
    return targetsOf(job, cluster).flatMap(({ to, labels }): Edge[] => {
      const kept = relabel(labels, job.relabel_configs ?? []);
      if (!kept || to.id === prometheus.id) return [];
      if (to === apiServer) return apiServerEdges(prometheus, because);
      const port = Number(/:(\d+)$/.exec(kept["__address__"] ?? "")?.[1]);
      if (!port) throw new FlowError(`The scrape job ${job.job_name} gives ${to.id} no port`);
      return [{ from: prometheus, to, port, protocol: "TCP", because }];
    });
  });

/** Jobs of a pod's own configuration file. */
export const jobsOfTexts = (texts: readonly string[]): ScrapeJob[] =>
  texts
    .filter((text) => text.includes("scrape_configs"))
    .flatMap((text) => (parse(text) as { scrape_configs?: ScrapeJob[] }).scrape_configs ?? []);
