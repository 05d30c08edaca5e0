// Reads everything that the checks of an upgrade look at.

import type { OpenBaoNames } from "../../../lib/openbao.ts";
import { bytes } from "../../../lib/quantity.ts";
import { readCluster } from "../look.ts";
import { type Job, labels, type Pod, pathsOf } from "../objects.ts";
import type { World } from "../world.ts";
import type { Route, Seen, Service } from "./checks.ts";
import type { Headroom, Node, Quota } from "./headroom.ts";

const replicaLabels = (names: OpenBaoNames) => ({
  "app.kubernetes.io/name": "openbao",
  "app.kubernetes.io/instance": names.cluster,
});

/** The cluster is read first and last: what was read between belongs to its phase only where that is the same. */
export const readSeen = async (world: World, names: OpenBaoNames): Promise<Seen> => {
  const paths = pathsOf(names);
  const first = await readCluster(world, names);
  const job = first.status?.blueGreen?.preUpgradeSnapshotJobName;
  const [pods, service, route, snapshot] = await Promise.all([
    world.list<Pod>(paths.pods, replicaLabels(names)),
    world.get<Service>(paths.service),
    world.get<Route>(paths.route),
    job === undefined || job === "" ? undefined : world.get<Job>(paths.job(job)),
  ]);
  const cluster = await readCluster(world, names);
  const steady = cluster.status?.blueGreen?.phase === first.status?.blueGreen?.phase;
  return { cluster, steady, pods, service, route, snapshot };
};

interface Summary {
  readonly node?: { readonly fs?: { readonly availableBytes?: number } };
}

/** Bytes that are free on a node's disk, as its kubelet says; undefined where none answers. */
const freeOf = async (world: World, node: string): Promise<number | undefined> => {
  const summary = await world.get<Summary>(`/api/v1/nodes/${node}/proxy/stats/summary`).catch(() => undefined);
  return summary?.node?.fs?.availableBytes;
};

/** @throws Error where the cluster has no replica to take the measure of. */
export const readHeadroom = async (world: World, names: OpenBaoNames): Promise<Headroom> => {
  const cluster = await readCluster(world, names);
  const own = await world.list<Pod>(pathsOf(names).pods, { ...replicaLabels(names), [labels.cluster]: names.cluster });
  const [replica] = own;
  if (!replica) throw new Error(`No pod of ${names.cluster} is in namespace ${names.namespace}`);
  const nodes = await world.list<Node>("/api/v1/nodes");
  const free = await Promise.all(
    nodes.map(async ({ metadata }) => [metadata.name ?? "", await freeOf(world, metadata.name ?? "")] as const),
  );
  const size = cluster.spec.storage?.size;
  return {
    nodes,
    pods: await world.list<Pod>("/api/v1/pods"),
    quotas: await world.list<Quota>(pathsOf(names).quotas),
    replica,
    replicas: cluster.spec.replicas ?? own.length,
    volume: size !== undefined && bytes(size) > 0 ? size : undefined,
    free: Object.fromEntries(free.flatMap(([name, count]) => (count === undefined ? [] : [[name, count]]))),
  };
};
