// Whether a second set of replicas fits: cpu, memory and pods of the nodes, the quota of the namespace, room for the volumes. Pure.
import { bytes } from "../../../lib/quantity.ts";
import type { Metadata, Pod, Quantities } from "../objects.ts";

export interface Node {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key?: string; readonly effect?: string }[];
  };
  readonly status?: { readonly allocatable?: Quantities };
}

export interface Quota {
  readonly metadata: Metadata;
  readonly status?: { readonly hard?: Quantities; readonly used?: Quantities };
}

export interface Headroom {
  readonly nodes: readonly Node[];
  /** Of all namespaces. */
  readonly pods: readonly Pod[];
  readonly quotas: readonly Quota[];
  /** One of the cluster's own pods: the second set has the same. */
  readonly replica: Pod;
  readonly replicas: number;
  /** Volume of each replica: "1Gi". */
  readonly volume: string | undefined;
  /** Bytes that are free on a node's disk, by its name; only of nodes that said so. */
  readonly free: Readonly<Record<string, number>>;
}

interface Room {
  cpu: number;
  memory: number;
  pods: number;
}

/** Cores: "250m" is 0.25. */
const cores = (quantity: string | undefined): number =>
  quantity === undefined ? 0 : quantity.endsWith("m") ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
const size = (quantity: string | undefined): number => (quantity === undefined ? 0 : bytes(quantity));

const amount = (name: string, quantity: string | undefined): number =>
  name.endsWith("cpu")
    ? cores(quantity)
    : name === "pods" || name.startsWith("count/") || name === "persistentvolumeclaims"
      ? Number(quantity ?? 0)
      : size(quantity);

/** What a pod asks for: its containers together, or the greediest of those that run before them. */
const asks = ({ spec }: Pod, of: "requests" | "limits", name: "cpu" | "memory"): number => {
  const each = (list: NonNullable<typeof spec>["containers"] = []): number[] =>
    list.map(({ resources }) => amount(name, resources?.[of]?.[name]));
  const together = each(spec?.containers).reduce((sum, one) => sum + one, 0);
  return Math.max(together, 0, ...each(spec?.initContainers));
};

const isOver = ({ status }: Pod): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";

const takesPods = ({ spec }: Node): boolean =>
  spec?.unschedulable !== true &&
  !(spec?.taints ?? []).some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");

const roomOf = (node: Node, pods: readonly Pod[]): Room => {
  const here = pods.filter((pod) => pod.spec?.nodeName === node.metadata.name && !isOver(pod));
  const taken = (name: "cpu" | "memory"): number => here.reduce((sum, pod) => sum + asks(pod, "requests", name), 0);
  const { cpu, memory, pods: places = "110" } = node.status?.allocatable ?? {};
  return { cpu: cores(cpu) - taken("cpu"), memory: size(memory) - taken("memory"), pods: Number(places) - here.length };
};

const mebi = (count: number): string => `${Math.round(count / 2 ** 20)} MiB`;
const milli = (count: number): string => `${Math.round(count * 1000)}m`;

const nodeProblems = ({ nodes, pods, replica, replicas }: Headroom): string[] => {
  const cpu = asks(replica, "requests", "cpu");
  const memory = asks(replica, "requests", "memory");
  const rooms = nodes.filter(takesPods).map((node) => roomOf(node, pods));
  const places = rooms.reduce((sum, room) => {
    const by = [
      room.pods,
      cpu > 0 ? Math.floor(room.cpu / cpu + 1e-9) : room.pods,
      memory > 0 ? Math.floor(room.memory / memory) : room.pods,
    ];
    return sum + Math.max(0, Math.min(...by));
  }, 0);
  if (places >= replicas) return [];
  const free = rooms.map((room) => `${milli(room.cpu)} cpu and ${mebi(room.memory)}`).join(", ");
  return [
    `The nodes have room for ${places} of ${replicas} more replicas, each of which asks for ${milli(cpu)} cpu and ${mebi(memory)}. Free: ${free || "no node takes pods"}`,
  ];
};

const quotaProblems = ({ quotas, replica, replicas, volume }: Headroom): string[] => {
  const wanted: Readonly<Record<string, number>> = {
    pods: replicas,
    "count/pods": replicas,
    cpu: replicas * asks(replica, "requests", "cpu"),
    memory: replicas * asks(replica, "requests", "memory"),
    "requests.cpu": replicas * asks(replica, "requests", "cpu"),
    "requests.memory": replicas * asks(replica, "requests", "memory"),
    "limits.cpu": replicas * asks(replica, "limits", "cpu"),
    "limits.memory": replicas * asks(replica, "limits", "memory"),
    persistentvolumeclaims: replicas,
    "count/persistentvolumeclaims": replicas,
    "requests.storage": replicas * size(volume),
  };
  return quotas.flatMap(({ metadata, status }) =>
    Object.entries(status?.hard ?? {}).flatMap(([name, hard]) => {
      const more = wanted[name] ?? 0;
      const used = status?.used?.[name];
      if (amount(name, used) + more <= amount(name, hard) + 1e-9) return [];
      const shown = name.endsWith("cpu")
        ? milli(more)
        : name.includes("memory") || name.includes("storage")
          ? mebi(more)
          : String(more);
      return [
        `Quota ${metadata.name ?? ""} allows ${name} ${hard}, ${used ?? "0"} is used, and a second set needs ${shown} more`,
      ];
    }),
  );
};

/** Volumes of a folder on the node (local-path, hostpath) promise nothing: only the disk says what fits. */
const volumeProblems = ({ nodes, replicas, volume, free }: Headroom): string[] => {
  if (volume === undefined) return [];
  const takers = nodes.filter(takesPods).map(({ metadata }) => metadata.name ?? "");
  if (takers.length === 0 || takers.some((name) => free[name] === undefined)) return [];
  const places = takers.reduce((sum, name) => sum + Math.floor((free[name] ?? 0) / size(volume)), 0);
  return places >= replicas
    ? []
    : [
        `A second set needs ${replicas} more volumes of ${volume}, and the nodes' disks have room for ${places}: ${takers.map((name) => `${name} ${mebi(free[name] ?? 0)} free`).join(", ")}`,
      ];
};

export const headroomProblems = (headroom: Headroom): string[] => [
  ...nodeProblems(headroom),
  ...quotaProblems(headroom),
  ...volumeProblems(headroom),
];

/** What was looked at, and what could not be. */
export const describeHeadroom = ({ nodes, quotas, replica, replicas, volume, free }: Headroom): string => {
  const known = Object.keys(free).length;
  return [
    `room for ${replicas} more replicas of ${milli(asks(replica, "requests", "cpu"))} cpu and ${mebi(asks(replica, "requests", "memory"))} on ${nodes.filter(takesPods).length} node(s)`,
    quotas.length > 0
      ? `within ${quotas.map(({ metadata }) => `quota ${metadata.name ?? ""}`).join(", ")}`
      : "no quota",
    volume === undefined
      ? ""
      : known > 0
        ? `and for ${replicas} more volumes of ${volume}`
        : `; whether ${replicas} more volumes of ${volume} fit is not known: no node told its free space`,
  ]
    .filter((part) => part !== "")
    .join(", ")
    .replace(", ;", ";");
};
