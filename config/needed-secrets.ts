// Secrets that a choice in the stack file cannot do without: told with its other mistakes, before anything is made.
import type { Issue } from "./issue.ts";
import { eksOf } from "./on-aws.ts";
import type { Config, SecretKey } from "./schema.ts";

/** @param given names of the secrets that are set. */
export const missingSecrets = (config: Partial<Config>, given: ReadonlySet<string>): Issue[] => {
  const issues: Issue[] = [];
  const need = (key: SecretKey, path: readonly string[], why: string, input = "") => {
    if (given.has(key)) return;
    const command = `pulumi config set --secret ${key}${input}`;
    issues.push({
      path,
      message: `${why} needs the secret strata:${key}, which is not set. Set it with: ${command}`,
    });
  };
  const source = config.gitops?.source;
  const auth = source?.kind === "remote" ? source.auth : "none";
  if (auth === "token") need("gitToken", ["gitops", "source", "auth"], auth);
  if (auth === "ssh") need("gitSshKey", ["gitops", "source", "auth"], auth, " < ~/.ssh/deploy_key");
  const backend = config.secrets?.backend;
  if (backend?.kind === "aws" && backend.role === undefined && !eksOf(config.cluster))
    need(
      "secretsCredentials",
      ["secrets", "backend"],
      "AWS without a role",
      ` '{"accessKeyId": "...", "secretAccessKey": "..."}'`,
    );
  return issues;
};
