// What Istio's ambient mesh makes of a connection: tunnels between members, by way of a namespace's waypoint.
import type { Plan } from "../../../tools/plan/record.ts";
import { objectsOf } from "../kubernetes.ts";
import { edgesTo, serviceNamed } from "./addresses.ts";
import { type Cluster, type Edge, type End, FlowError, type Pods } from "./model.ts";
import { meshedKubelet } from "./outside.ts";

/** Port of the tunnels, Istio's own. */
const hbone = 15008;

const dataplane = "istio.io/dataplane-mode";
const waypointLabel = "istio.io/use-waypoint";

const isMember = (end: End, cluster: Cluster): end is Pods =>
  end.kind === "pods" &&
  !end.hostNetwork &&
  end.labels[dataplane] !== "none" &&
  cluster.namespaces.get(end.namespace)?.[dataplane] === "ambient";

const waypointOf = (pods: Pods, cluster: Cluster): Pods | undefined => {
  const name = cluster.namespaces.get(pods.namespace)?.[waypointLabel];
  if (name === undefined) return undefined;
  const found = cluster.pods.find((other) => other.namespace === pods.namespace && other.name === name);
  if (!found) throw new FlowError(`${pods.namespace} is reached through the waypoint ${name}, which nobody makes`);
  return found;
};

/** Members speak through tunnels; everybody else as before. */
export const meshed = (edges: readonly Edge[], cluster: Cluster): Edge[] =>
  edges.flatMap((edge) => {
    if (!isMember(edge.from, cluster) || !isMember(edge.to, cluster)) return [edge];
    const tunnel = (from: End, to: End): Edge => ({
      from,
      to,
      port: hbone,
      protocol: "TCP",
      because: `${edge.because}, in the mesh`,
    });
    const waypoint = waypointOf(edge.to, cluster);
    return waypoint ? [tunnel(edge.from, waypoint), tunnel(waypoint, edge.to)] : [tunnel(edge.from, edge.to)];
  });

/** The kubelet's probes of members come from an address of their own; those of others no policy holds up. */
export const meshedProbes = (cluster: Cluster): Edge[] =>
  cluster.pods
    .filter((pods) => isMember(pods, cluster))
    .flatMap((pods) =>
      pods.probes.map((port) => ({
        from: meshedKubelet,
        to: pods,
        port,
        protocol: "TCP" as const,
        because: "probe of the kubelet",
      })),
    );

interface TracingProvider {
  readonly name: string;
  readonly opentelemetry?: { readonly service: string; readonly port: number };
}

/** Where waypoints send spans: a Telemetry object names a provider, and istiod's values say what that is. */
export const meshTraces = (cluster: Cluster, plan: Plan): Edge[] => {
  const wanted = objectsOf(plan)
    .filter(({ kind }) => kind === "Telemetry")
    .flatMap(({ spec }) =>
      (spec["tracing"] as { providers: { name: string }[] }[]).flatMap(({ providers }) => providers),
    );
  const istiod = plan.resources.find(({ type, inputs }) => type.endsWith(":Release") && inputs["name"] === "istiod");
  const values = istiod?.inputs["values"] as { meshConfig?: { extensionProviders?: TracingProvider[] } } | undefined;
  const waypoints = cluster.pods.filter(
    (pods) => pods.labels["gateway.networking.k8s.io/gateway-class-name"] === "istio-waypoint",
  );
  return wanted.flatMap(({ name }) => {
    const target = values?.meshConfig?.extensionProviders?.find((provider) => provider.name === name)?.opentelemetry;
    const [service = "", namespace = ""] = target?.service.split(".") ?? [];
    const found = serviceNamed(cluster, namespace, service);
    if (!target || !found) throw new FlowError(`The mesh traces to ${name}, which leads to no Service`);
    return waypoints.flatMap((from) =>
      edgesTo(from, found, target.port, { cluster, because: "Telemetry of the mesh" }),
    );
  });
};
