// What every operation of the provider works with: settings, cluster, log, and what earlier questions told.
import type { Log } from "../rpc/engine.ts";
import type { DeleteRequest, ReadRequest, ReadResult } from "../rpc/provider.ts";
import type { Cluster } from "./cluster.ts";
import type { Settings } from "./config.ts";
import type { Connection } from "./connection.ts";
import type { Identity } from "./object.ts";

export interface Context {
  readonly settings: Settings;
  readonly connection: Connection;
  readonly log: Log;
  /** Aborted when the user interrupts the run. */
  readonly signal: AbortSignal;
  /** URNs of resources that have a state: an object in their place is theirs, and a create beside it replaces it. */
  readonly known: Set<string>;
  namespaced(identity: Identity): Promise<boolean>;
}

/** Throws with the reason where the cluster does not answer. */
export const reachable = async ({ connection }: Context): Promise<Cluster> => {
  const { cluster, unreachable } = await connection.reach();
  if (!cluster) throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}`);
  return cluster;
};

const removeHint =
  "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
  'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** A read without a cluster: what the settings say, and otherwise an error with the way out. */
export const readUnreachable = (context: Context, request: ReadRequest, unreachable: string): ReadResult => {
  context.log.message("warning", `configured Kubernetes cluster is unreachable: ${unreachable}`, request.urn);
  if (context.settings.deleteUnreachable) return undefined;
  if (context.settings.skipUpdateUnreachable) return request;
  throw new Error(`failed to read resource state due to unreachable cluster. ${removeHint}`);
};

/** Likewise a delete. */
export const deleteUnreachable = (context: Context, request: DeleteRequest, unreachable: string): void => {
  context.log.message("warning", `configured Kubernetes cluster is unreachable: ${unreachable}`, request.urn);
  if (context.settings.deleteUnreachable) return;
  throw new Error(`configured Kubernetes cluster is unreachable. ${removeHint}`);
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
