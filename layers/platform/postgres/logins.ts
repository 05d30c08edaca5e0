// Passwords of the server's roles: generated once, in two Secrets, whoever runs the server.
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { PostgresConfig } from "../../../config/schema.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { GeneratedSecrets } from "../../../lib/generated-secrets.ts";
import type { DatabaseCredentials } from "../../../lib/handles.ts";
import { metadata } from "../../../lib/workload.ts";
import { ports, services } from "../../../names.ts";
import { exporterRole, owners, passwordKey, superuser } from "./databases.ts";
import { superuserKey } from "./server.ts";

type Databases = PostgresConfig["databases"];

export interface LoginsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly databases: Databases;
  /** basic-auth: with the name beside the password, as an operator wants it. Default: the password alone. */
  readonly superuser?: "password" | "basic-auth";
}

export interface Logins {
  /** Name of the Secret with the superuser's password. */
  readonly superuserSecret: pulumi.Output<string>;
  /** Secret. */
  readonly superuserPassword: pulumi.Output<string>;
  /** Name of the Secret with the password of every other role. */
  readonly rolesSecret: pulumi.Output<string>;
  /** Role to its password. Secret. */
  readonly passwords: ReadonlyMap<string, pulumi.Output<string>>;
}

/** Letters and digits, so that it needs no escaping in a URL. */
const password = (name: string, options: pulumi.CustomResourceOptions): pulumi.Output<string> =>
  pulumi.secret(new RandomPassword(name, { length: 32, special: false }, options).result);

export const createLogins = (name: string, args: LoginsArgs, child: pulumi.CustomResourceOptions): Logins => {
  const secrets = { parent: new GeneratedSecrets("platform", name) };
  const own = (suffix: string) =>
    metadata(`${services.postgres}-${suffix}`, args.namespace, { workload: services.postgres });
  const superuserPassword = password(`${name}-superuser`, secrets);
  const passwords = new Map(
    [exporterRole, ...owners(args.databases)].map((role) => [role, password(`${name}-role-${role}`, secrets)]),
  );
  const basicAuth = args.superuser === "basic-auth";
  const superuserSecret = new Secret(
    `${name}-superuser`,
    {
      metadata: own("superuser"),
      ...(basicAuth && { type: "kubernetes.io/basic-auth" }),
      stringData: { ...(basicAuth && { username: superuser }), [superuserKey]: superuserPassword },
    },
    child,
  ).metadata.name;
  const rolesSecret = new Secret(
    `${name}-roles`,
    {
      metadata: own("roles"),
      stringData: Object.fromEntries([...passwords].map(([role, value]) => [passwordKey(role), value])),
    },
    child,
  ).metadata.name;
  return { superuserSecret, superuserPassword, rolesSecret, passwords };
};

/**
 * How an app logs in to its database.
 *
 * @throws ConfigError for a database that is not in the stack file.
 */
export const credentialsOf = (
  name: string,
  args: {
    readonly databases: Databases;
    readonly passwords: Logins["passwords"];
    readonly host: string;
    readonly sslMode: DatabaseCredentials["sslMode"];
    /** Waits until every database and its owner exist. */
    readonly ready: pulumi.Output<string>;
  },
): DatabaseCredentials => {
  const owner = args.databases[name]?.owner;
  const secret = owner === undefined ? undefined : args.passwords.get(owner);
  if (owner === undefined || secret === undefined)
    throw new ConfigError("The stack file", [
      `strata:postgres.databases: "${name}" is not declared. Declared: ${Object.keys(args.databases).join(", ") || "none"}`,
    ]);
  return {
    host: args.host,
    port: ports.postgres,
    sslMode: args.sslMode,
    database: args.ready.apply(() => name),
    user: owner,
    password: secret,
  };
};
