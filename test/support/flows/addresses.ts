// Finds the Services that a text names, and the pods behind them.

import { selects } from "./evaluate.ts";
import type { Cluster, Edge, End, Pods, Service } from "./model.ts";
import { FlowError } from "./model.ts";
import { apiServerEdges } from "./outside.ts";

/** `name.namespace.svc`, with or without the cluster's domain and a port. */
const longNames =
  /(?<![\w.-])([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.svc(?:\.cluster\.local)?\.?(?::(\d+))?(?![\w-])/g;

/** `//name:port` and `//name.namespace:port`; a bare word is a name only before a port. */
const shortNames = /(?:\/\/|@)([a-z0-9][a-z0-9-]*)(?:\.([a-z0-9][a-z0-9-]*))?:(\d+)(?![\w.-])/g;

/** The pods of a Service's port, and the port there. */
export const behind = (
  service: Service,
  port: number | string | undefined,
  cluster: Cluster,
): { readonly pods: Pods; readonly port: number }[] => {
  const [only] = service.ports;
  const found =
    port === undefined
      ? service.ports.length === 1
        ? only
        : undefined
      : service.ports.find((known) => known.port === port || known.name === port);
  const id = `${service.namespace}/${service.name}`;
  if (!found)
    throw new FlowError(
      port === undefined
        ? `The Service ${id} is named without a port and has ${service.ports.length}: write the port with it`
        : `The Service ${id} has no port ${port}`,
    );
  const target = found.targetPort ?? found.port;
  const pods = cluster.pods.filter(
    (candidate) =>
      candidate.namespace === service.namespace && selects({ matchLabels: service.selector }, candidate.labels),
  );
  if (pods.length === 0) throw new FlowError(`No pods are behind the Service ${id}`);
  return pods.flatMap((candidate) => {
    const number = typeof target === "number" ? target : candidate.ports.find(({ name }) => name === target)?.port;
    return number === undefined ? [] : [{ pods: candidate, port: number }];
  });
};

export const serviceNamed = (cluster: Cluster, namespace: string, name: string): Service | undefined =>
  cluster.services.find((service) => service.namespace === namespace && service.name === name);

/** A pod's way to itself goes through no policy. */
const toOthers = (from: End, pods: Pods): boolean => from.id !== pods.id || pods.replicas > 1;

export const edgesTo = (
  from: End,
  service: Service,
  port: number | string | undefined,
  args: { readonly cluster: Cluster; readonly because: string },
): Edge[] =>
  behind(service, port, args.cluster)
    .filter(({ pods }) => toOthers(from, pods))
    .map(({ pods, port: number }) => ({ from, to: pods, port: number, protocol: "TCP", because: args.because }));

/** @throws FlowError for a name of a Service that is nowhere, or a port that can't be told. */
export const edgesOfText = (from: Pods, text: string, cluster: Cluster, because: string): Edge[] => {
  const long = [...text.matchAll(longNames)].flatMap(([whole, name = "", namespace = "", port]) => {
    if (name === "kubernetes" && namespace === "default") return apiServerEdges(from, because);
    const service = serviceNamed(cluster, namespace, name);
    if (!service) throw new FlowError(`${from.id}: ${because} names ${whole}, and there is no such Service`);
    return edgesTo(from, service, port === undefined ? undefined : Number(port), { cluster, because });
  });
  const short = [...text.matchAll(shortNames)].flatMap(([, name = "", namespace = from.namespace, port]) => {
    const service = serviceNamed(cluster, namespace, name);
    return service ? edgesTo(from, service, Number(port), { cluster, because }) : [];
  });
  return [...long, ...short];
};
