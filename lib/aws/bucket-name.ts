// Names of buckets are the whole partition's: the account and region keep them apart from those of others.
import type { Scope } from "./arn.ts";

/** At most 63 characters, so the cluster's part is cut where it has to be. */
export const bucketName = (cluster: string, { account, region }: Scope, purpose: string): string => {
  const rest = `-${account}-${region}-${purpose}`;
  return `${cluster.slice(0, 63 - rest.length).replace(/-+$/, "")}${rest}`;
};
