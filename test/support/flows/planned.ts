// What a plan says of the cluster: namespaces, pods with all that configures them, Services and policies.
import type { Plan } from "../../../tools/plan/record.ts";
import { type KubernetesObject, objectsOf, type Workload, workloadsOf } from "../kubernetes.ts";
import type { Cluster, PodPort, Pods, Policy, PolicySpec, Protocol, Service, ServicePort } from "./model.ts";

type Data = Readonly<Record<string, string>>;

interface Reference {
  readonly name?: string;
  readonly key?: string;
  readonly secretName?: string;
  readonly items?: readonly { readonly key: string }[];
}

interface Probe {
  readonly httpGet?: { readonly port: number | string };
  readonly tcpSocket?: { readonly port: number | string };
  readonly grpc?: { readonly port: number };
}

/** The parts of a container and a pod that nobody else here reads. */
interface Container {
  readonly env?: readonly {
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: Reference; readonly configMapKeyRef?: Reference };
  }[];
  readonly envFrom?: readonly { readonly secretRef?: Reference; readonly configMapRef?: Reference }[];
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: Protocol }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
}

interface Volume {
  readonly configMap?: Reference;
  readonly secret?: Reference;
  readonly projected?: { readonly sources: readonly { readonly configMap?: Reference; readonly secret?: Reference }[] };
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly hostNetwork?: boolean;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
}

/** Values of ConfigMaps and Secrets by kind, namespace and name. */
export const dataOf = (objects: readonly KubernetesObject[]) => {
  const known = new Map(
    objects
      .filter(({ kind }) => kind === "ConfigMap" || kind === "Secret")
      .map(({ kind, metadata, resource }) => {
        const decoded = Object.entries((resource.inputs["data"] ?? {}) as Data).map(([key, value]) => [
          key,
          kind === "Secret" ? Buffer.from(value, "base64").toString() : value,
        ]);
        const values = { ...Object.fromEntries(decoded), ...(resource.inputs["stringData"] as Data | undefined) };
        return [`${kind} ${metadata.namespace}/${metadata.name}`, values as Data] as const;
      }),
  );
  /** Secrets that a program of the cluster makes are not in the plan, and hold keys and no addresses. */
  return (kind: "ConfigMap" | "Secret", namespace: string, reference: Reference | undefined): string[] => {
    const values = known.get(`${kind} ${namespace}/${reference?.name ?? reference?.secretName}`) ?? {};
    const keys = reference?.key === undefined ? reference?.items?.map(({ key }) => key) : [reference.key];
    return Object.entries(values).flatMap(([key, value]) => (keys === undefined || keys.includes(key) ? [value] : []));
  };
};

const textsOf = (namespace: string, pod: PodSpec, data: ReturnType<typeof dataOf>): string[] => {
  const files = (volume: Pick<Volume, "configMap" | "secret">) => [
    ...(volume.configMap ? data("ConfigMap", namespace, volume.configMap) : []),
    ...(volume.secret ? data("Secret", namespace, volume.secret) : []),
  ];
  return [
    ...[...(pod.initContainers ?? []), ...pod.containers].flatMap((container) => [
      ...(container.command ?? []),
      ...(container.args ?? []),
      ...(container.env ?? []).flatMap(({ value, valueFrom }) => [
        ...(value === undefined ? [] : [value]),
        ...(valueFrom?.secretKeyRef ? data("Secret", namespace, valueFrom.secretKeyRef) : []),
        ...(valueFrom?.configMapKeyRef ? data("ConfigMap", namespace, valueFrom.configMapKeyRef) : []),
      ]),
      ...(container.envFrom ?? []).flatMap(({ secretRef, configMapRef }) => [
        ...(secretRef ? data("Secret", namespace, secretRef) : []),
        ...(configMapRef ? data("ConfigMap", namespace, configMapRef) : []),
      ]),
    ]),
    ...(pod.volumes ?? []).flatMap((volume) => [...files(volume), ...(volume.projected?.sources ?? []).flatMap(files)]),
  ];
};

const probesOf = (pod: PodSpec, named: readonly PodPort[]): number[] =>
  pod.containers.flatMap(({ livenessProbe, readinessProbe, startupProbe }) =>
    [livenessProbe, readinessProbe, startupProbe].flatMap((probe) => {
      const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
      const number = typeof port === "string" ? named.find(({ name }) => name === port)?.port : port;
      return number === undefined ? [] : [number];
    }),
  );

const podsOf = (workload: Workload, data: ReturnType<typeof dataOf>): Pods => {
  const { namespace = "", name = "" } = workload.metadata;
  const pod = workload.pod as unknown as PodSpec;
  const template = workload.spec["template"] as { metadata: { annotations?: Data } };
  const ports = pod.containers.flatMap((container) =>
    (container.ports ?? []).map(({ name: portName, containerPort, protocol }) => ({
      ...(portName !== undefined && { name: portName }),
      port: containerPort,
      protocol: protocol ?? "TCP",
    })),
  );
  return {
    kind: "pods",
    // A Job's name ends with a hash of what it does.
    id: `${namespace}/${workload.podLabels["app.kubernetes.io/name"] ?? name}`,
    namespace,
    name,
    labels: workload.podLabels,
    annotations: template.metadata.annotations ?? {},
    ports,
    hostNetwork: pod.hostNetwork ?? false,
    replicas: workload.kind === "DaemonSet" ? 2 : Number(workload.spec["replicas"] ?? 1),
    ...(pod.serviceAccountName !== undefined && { serviceAccount: pod.serviceAccountName }),
    token: pod.automountServiceAccountToken ?? true,
    probes: probesOf(pod, ports),
    texts: textsOf(namespace, pod, data),
  };
};

const serviceOf = ({ metadata, spec }: KubernetesObject): Service => ({
  namespace: metadata.namespace ?? "",
  name: metadata.name ?? "",
  type: (spec["type"] as string | undefined) ?? "ClusterIP",
  selector: (spec["selector"] ?? {}) as Data,
  ports: (spec["ports"] ?? []) as ServicePort[],
  annotations: metadata.annotations ?? {},
});

/** `platform:ObjectStore` and the like, out of the parent's URN, and the resource's name. */
const declarer = ({ resource }: KubernetesObject): string =>
  `${resource.parent.split("::")[2]?.split("$").pop()?.replace("strata:", "") ?? ""} (resource ${resource.name})`;

export const plannedCluster = (plan: Plan): Cluster => {
  const objects = objectsOf(plan);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const data = dataOf(objects);
  return {
    namespaces: new Map(
      ofKind("Namespace").map(({ metadata }) => [
        metadata.name ?? "",
        { "kubernetes.io/metadata.name": metadata.name ?? "", ...metadata.labels },
      ]),
    ),
    pods: workloadsOf(plan).map((workload) => podsOf(workload, data)),
    services: ofKind("Service").map(serviceOf),
    policies: ofKind("NetworkPolicy").map(
      (object): Policy => ({
        namespace: object.metadata.namespace ?? "",
        name: object.metadata.name ?? "",
        spec: object.spec as PolicySpec,
        declaredBy: declarer(object),
      }),
    ),
  };
};
