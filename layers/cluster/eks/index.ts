// An EKS cluster with its network, from an empty account: what layer 1 is on AWS.
import type { EksConfig, ImagesConfig } from "../../../config/schema.ts";
import { UserError } from "../../../lib/errors.ts";
import type { Cluster } from "../index.ts";

/** @throws UserError */
export const eksCluster = (name: string, _config: EksConfig, _images: ImagesConfig): Cluster => {
  throw new UserError(`The EKS cluster ${name} is not built yet.`);
};
