// The one AWS provider: a region, the account that it must be, and the tags of everything.
import { Provider } from "@pulumi/aws/provider.js";
import type { EksConfig } from "../../../config/schema.ts";

export interface TagArgs {
  readonly stack: string;
  readonly clusterName: string;
  readonly tags: EksConfig["tags"];
}

/** Name of the tag by which policies know what is this cluster's. */
export const clusterTag = "strata:cluster";

/** On everything, also on what AWS makes for us: instances, their volumes and network interfaces. */
export const tagsOf = ({ stack, clusterName, tags }: TagArgs): Record<string, string> => ({
  ...tags,
  "strata:stack": stack,
  [clusterTag]: clusterName,
});

export const createAwsProvider = (
  name: string,
  config: Pick<EksConfig, "region" | "account">,
  tags: Readonly<Record<string, string>>,
): Provider =>
  new Provider(name, {
    region: config.region as "eu-central-1",
    // Credentials of another account fail before anything is made.
    allowedAccountIds: [config.account],
    defaultTags: { tags },
  });
