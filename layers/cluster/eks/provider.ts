// The one AWS provider: a region, the account that it must be, and the tags of everything.
import { Provider } from "@pulumi/aws/provider.js";
import type { EksConfig } from "../../../config/schema.ts";

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
