// The environment that the Pulumi engine runs in: the same for `npm start` and for what `npm run env` prints.
import { delimiter, dirname } from "node:path";
import type { Environment, Paths } from "../toolchain/paths.ts";
import { type Backend, credentialsFolder } from "./backend.ts";

export interface EngineEnvironmentArgs {
  readonly env: Environment;
  readonly where: Paths;
  readonly backend: Backend;
  /** Absolute path of the Pulumi CLI. */
  readonly pulumi: string;
  /** Absolute path of helm, for the offline kubernetes plugin; left out where the stack installs no chart. */
  readonly helm?: string;
  /** Cluster kind to put in the place of the stack's own. */
  readonly cluster?: "kwok";
}

/** Variables to set on top of the user's own; what the user set is never overwritten but for PULUMI_HOME and PATH. */
export function engineEnvironment({
  env,
  where,
  backend,
  pulumi,
  helm,
  cluster,
}: EngineEnvironmentArgs): Record<string, string> {
  const userPassphrase =
    env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
  return {
    PULUMI_HOME: where.pulumiHome,
    ...(backend.kind === "local" && { PULUMI_BACKEND_URL: `file://${backend.folder}` }),
    // Our PULUMI_HOME holds no login: point the CLI at the user's.
    ...(backend.kind === "user" && { PULUMI_CREDENTIALS_PATH: credentialsFolder(env) }),
    ...(!userPassphrase && { PULUMI_CONFIG_PASSPHRASE_FILE: where.passphrase }),
    // The salt of the secrets is in the state: a stack file without one must not get a second.
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The language host beside our CLI comes before any other on PATH.
    PATH: [dirname(pulumi), ...(env["PATH"] ?? "").split(delimiter).filter((part) => part !== dirname(pulumi))].join(
      delimiter,
    ),
    ...(cluster && { STRATA_CLUSTER: cluster }),
    ...(helm !== undefined && { STRATA_HELM: helm }),
  };
}

const quote = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;

/** Lines for `eval` in a POSIX shell. PATH keeps what the shell has: the CLI's folder comes before, our other tools after it. */
export const shellExports = (variables: Readonly<Record<string, string>>, bin: string): string =>
  Object.entries(variables)
    .map(([name, value]) =>
      name === "PATH"
        ? `export PATH=${quote(value.split(delimiter)[0] ?? "")}:"$PATH":${quote(bin)}\n`
        : `export ${name}=${quote(value)}\n`,
    )
    .join("");
