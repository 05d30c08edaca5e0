// The only reader of the stack's configuration and of the environment: everything below it gets plain, typed, frozen data.
import * as pulumi from "@pulumi/pulumi";
import { parseConfig, type RawSections } from "./parse.ts";
import { type Config, secretKeys } from "./schema.ts";
import { stackOfFile } from "./stack-name.ts";

export interface LoadedConfig {
  /** Name of the Pulumi stack. */
  readonly stack: string;
  readonly config: Config;
  /** Secret of the tunnel: the credentials file's JSON. Undefined where none is set. */
  readonly tunnelCredentials: pulumi.Output<string> | undefined;
  /** Secret of the backend of secrets: the login's JSON. Undefined where none is set. */
  readonly secretsCredentials: pulumi.Output<string> | undefined;
  /** Secrets of the repository that GitOps reads. Undefined where none is set. */
  readonly git: {
    readonly token: pulumi.Output<string> | undefined;
    readonly sshKey: pulumi.Output<string> | undefined;
  };
  /** Secret of the zone's provider. Undefined where none is set. */
  readonly dnsCredentials: pulumi.Output<string> | undefined;
}

/**
 * Reads, checks and freezes the stack's configuration.
 *
 * @throws ConfigError with every mistake of the stack file at once.
 */
export const loadConfig = (): LoadedConfig => {
  const project = new pulumi.Config();
  const stack = pulumi.getStack();
  const sections: RawSections = {};
  const secrets = new Set<string>();
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    const [namespace, name] = split(key);
    if (namespace !== project.name) continue;
    if (name in secretKeys) secrets.add(name);
    else sections[name] = value;
  }
  return {
    stack,
    config: parseConfig({
      file: `Pulumi.${stackOfFile(stack)}.yaml`,
      sections,
      secrets,
      overrides: {
        ...(process.env["STRATA_CLUSTER"] && { cluster: process.env["STRATA_CLUSTER"] }),
        ...(process.env["STRATA_IMAGES_ARCHIVE"] && { imagesArchive: process.env["STRATA_IMAGES_ARCHIVE"] }),
        ...(process.env["STRATA_CHARTS_DIR"] && { chartsDir: process.env["STRATA_CHARTS_DIR"] }),
      },
    }),
    tunnelCredentials: project.getSecret("tunnelCredentials"),
    secretsCredentials: project.getSecret("secretsCredentials"),
    git: { token: project.getSecret("gitToken"), sshKey: project.getSecret("gitSshKey") },
    dnsCredentials: project.getSecret("dnsCredentials"),
  };
};

const split = (key: string): [string, string] => {
  const colon = key.indexOf(":");
  return [key.slice(0, colon), key.slice(colon + 1)];
};
