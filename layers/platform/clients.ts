// Who uses the databases, buckets and queue of the platform, as peers of NetworkPolicies: what asks for them in the stack file, and nobody else.
import type { AppConfig } from "../../config/schema.ts";
import type { Peer } from "../../lib/network-policy.ts";
import { namespaces } from "../../names.ts";

export interface Clients {
  readonly database: readonly Peer[];
  readonly bucket: readonly Peer[];
  readonly queue: readonly Peer[];
}

/** @param guests namespaces with pods of others, which may use all of them: what they need is in no stack file. */
export const clientsOf = (apps: Readonly<Record<string, AppConfig>>, guests: readonly string[]): Clients => {
  const others = guests.map((namespace) => ({ namespace }));
  const those = (uses: (app: AppConfig) => boolean): Peer[] => [
    ...Object.entries(apps).flatMap(([workload, app]) => (uses(app) ? [{ namespace: namespaces.apps, workload }] : [])),
    ...others,
  ];
  return {
    database: those(({ database }) => database !== undefined),
    bucket: those(({ bucket }) => bucket !== undefined),
    queue: those(({ queue }) => queue),
  };
};
