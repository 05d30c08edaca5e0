// Who comes in by a gateway or a port of the node, and what the gateway reaches.
import type { Plan } from "../../../tools/plan/record.ts";
import { objectsOf } from "../kubernetes.ts";
import { edgesTo, serviceNamed } from "./addresses.ts";
import { type Cluster, type Edge, FlowError, type Pods } from "./model.ts";
import { loadBalancer, users } from "./outside.ts";

/** NodePorts and load balancers: everybody may come. */
export const entrances = (cluster: Cluster): Edge[] =>
  cluster.services
    .filter(({ type }) => type === "NodePort" || type === "LoadBalancer")
    .flatMap((service) =>
      service.ports.flatMap(({ port }) =>
        edgesTo(users, service, port, {
          cluster,
          because: `Service ${service.namespace}/${service.name} (${service.type})`,
        }),
      ),
    );

const healthPort = "service.beta.kubernetes.io/aws-load-balancer-healthcheck-port";

export const healthChecks = (cluster: Cluster, plan: Plan): Edge[] => {
  const vpc = plan.resources.find(({ type }) => type === "aws:ec2/vpc:Vpc")?.inputs["cidrBlock"];
  if (typeof vpc !== "string") return [];
  return cluster.services.flatMap((service) => {
    const port = Number(service.annotations[healthPort]);
    if (!port) return [];
    const because = `health check of the load balancer of ${service.namespace}/${service.name}`;
    return edgesTo(loadBalancer(vpc), service, service.ports[0]?.port, { cluster, because }).map((edge) => ({
      ...edge,
      port,
    }));
  });
};

interface HttpBackend {
  readonly service?: { readonly name: string; readonly port: { readonly number?: number; readonly name?: string } };
}

interface RouteSpec {
  readonly parentRefs?: readonly { readonly name: string; readonly kind?: string; readonly namespace?: string }[];
  readonly rules?: readonly {
    readonly backendRefs?: readonly { readonly name: string; readonly namespace?: string; readonly port: number }[];
    readonly http?: { readonly paths: readonly { readonly backend: HttpBackend }[] };
  }[];
}

/** Backends of Ingress objects and HTTPRoutes: from the gateway's pods. */
export const routes = (cluster: Cluster, plan: Plan, gateway: Pods | undefined): Edge[] =>
  objectsOf(plan).flatMap((object) => {
    const { kind, metadata } = object;
    if (kind !== "Ingress" && kind !== "HTTPRoute") return [];
    const { namespace = "", name = "" } = metadata;
    const spec = object.spec as RouteSpec;
    const because = `${kind} ${namespace}/${name}`;
    if (!gateway) throw new FlowError(`${because} is there, and no gateway's pods`);
    if (kind === "HTTPRoute" && spec.parentRefs?.some((parent) => (parent.kind ?? "Gateway") !== "Gateway"))
      throw new FlowError(`${because} hangs on something other than a Gateway: follow it here`);
    const backends = (spec.rules ?? []).flatMap((rule) => [
      ...(rule.backendRefs ?? []).map((backend) => ({ namespace, ...backend })),
      ...(rule.http?.paths ?? []).flatMap(({ backend: { service } }) =>
        service ? [{ namespace, name: service.name, port: service.port.number ?? service.port.name }] : [],
      ),
    ]);
    return backends.flatMap((backend) => {
      const service = serviceNamed(cluster, backend.namespace, backend.name);
      if (!service)
        throw new FlowError(`${because} leads to ${backend.namespace}/${backend.name}, which is no Service`);
      return edgesTo(gateway, service, backend.port, { cluster, because });
    });
  });
