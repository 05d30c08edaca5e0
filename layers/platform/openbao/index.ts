// OpenBao, for the platform's own index.
import type * as pulumi from "@pulumi/pulumi";
import type { OpenBaoConfig } from "../../../config/schema.ts";
import { OpenBao, type OpenBaoArgs } from "./openbao.ts";

export { openbaoBucketClients } from "./flows.ts";
export type { OpenBao } from "./openbao.ts";

/** Buckets that it asks the object store for. */
export const openbaoBuckets = (config: OpenBaoConfig | undefined): readonly string[] =>
  config ? [config.backup.bucket] : [];

export const createOpenBao = (args: OpenBaoArgs, options?: pulumi.ComponentResourceOptions): OpenBao =>
  new OpenBao("openbao", args, options);
