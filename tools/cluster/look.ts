// A look at a local cluster: which of the states of layers/cluster/facts.ts it is in. Cheap where it is well, bounded where it is not.
import type { ClusterState } from "../../layers/cluster/facts.ts";
import { UserError } from "../../lib/errors.ts";
import { type Api, apiHealth } from "./api.ts";
import type { Driver, Part } from "./driver.ts";
import type { Memory, Store } from "./memory.ts";

export interface Sight {
  readonly state: ClusterState;
  /** What exists of the remembered cluster; empty where nobody had to ask. */
  readonly parts: readonly Part[];
  /** Why nothing can be said. */
  readonly problem?: UserError;
}

/** Parts that the memory names, in its order: another cluster of the same name is not ours. */
export const ours = (memory: Memory, parts: readonly Part[]): readonly Part[] =>
  memory.nodes.flatMap((id) => parts.filter((part) => part.id === id));

export const look = async (store: Store, driver: Driver, connect: (kubeconfig: string) => Api): Promise<Sight> => {
  const memory = store.read();
  // Half of a cluster is none: what an interrupted removal left comes back by no restart.
  if (memory === undefined || memory.phase === "removing" || memory.phase === "expired")
    return { state: "absent", parts: [] };
  if (memory.phase === "creating") return { state: "unfinished", parts: [] };
  const kubeconfig = store.kubeconfig();
  // The server proves with its certificate that it is the remembered cluster, so a healthy one needs no engine to be asked.
  if (kubeconfig !== undefined && driver.seemsComplete() && (await apiHealth(connect(kubeconfig))) === "healthy")
    return { state: "healthy", parts: [] };
  let parts: readonly Part[];
  try {
    parts = ours(memory, await driver.parts());
  } catch (error) {
    if (error instanceof UserError) return { state: "unknown", parts: [], problem: error };
    throw error;
  }
  // A cluster that lost a node for good comes back by no restart.
  if (kubeconfig === undefined || parts.length < memory.nodes.length) return { state: "absent", parts };
  return { state: parts.every((part) => part.running) ? "sick" : "stopped", parts };
};
