// The object stores in a cluster, as commands reach them.
import { rustFsRegion } from "../../layers/platform/object-store/rustfs-pod.ts";
import { ports, s3Region, services } from "../../names.ts";

export type StoreKind = "garage" | "rustfs";

/** Its pod, and the Secret with the keys `<bucket>.id` and `<bucket>.secret`. */
export interface Store {
  readonly workload: string;
  readonly port: number;
  readonly region: string;
  readonly keysSecret: string;
}

export const stores: Readonly<Record<StoreKind, Store>> = {
  garage: { workload: services.garage, port: ports.garageS3, region: s3Region, keysSecret: `${services.garage}-keys` },
  rustfs: {
    workload: services.rustfs,
    port: ports.rustfsS3,
    region: rustFsRegion,
    keysSecret: `${services.rustfs}-keys`,
  },
};
