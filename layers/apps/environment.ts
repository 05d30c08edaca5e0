// Environment variables that an app gets from the platform: database, bucket and telemetry.
import * as pulumi from "@pulumi/pulumi";
import type {
  BucketCredentials,
  DatabaseCredentials,
  QueueHandle,
  SecretsHandle,
  TelemetryHandle,
} from "../../lib/handles.ts";
import type { EnvValue } from "../../lib/workload.ts";

/** Variables by name: those that may be read in the Deployment, and those that go through a Secret. */
export interface Environment {
  readonly plain: Readonly<Record<string, EnvValue>>;
  readonly secret: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Connection string that drivers of every language read.
 *
 * `sslMode` is always told: a server inside the cluster has no TLS, and some drivers insist on it unless they are.
 */
export const databaseUrl = (parts: {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly sslMode: DatabaseCredentials["sslMode"];
}): string => {
  const [user, password, database] = [parts.user, parts.password, parts.database].map(encodeURIComponent);
  return `postgresql://${user}:${password}@${parts.host}:${parts.port}/${database}?sslmode=${parts.sslMode}`;
};

/** DATABASE_URL, and the variables of libpq. */
export const databaseEnvironment = (credentials: DatabaseCredentials): Environment => ({
  plain: {
    PGHOST: credentials.host,
    PGPORT: String(credentials.port),
    PGUSER: credentials.user,
    PGDATABASE: credentials.database,
    PGSSLMODE: credentials.sslMode,
  },
  secret: {
    PGPASSWORD: credentials.password,
    DATABASE_URL: pulumi.secret(
      pulumi.all([credentials.database, credentials.password]).apply(([database, password]) => {
        const { user, host, port, sslMode } = credentials;
        return databaseUrl({ user, host, port, sslMode, database, password });
      }),
    ),
  },
});

/** S3_* for apps that ask for them, AWS_* for every AWS SDK: which finds the credentials of a role by itself. */
export const bucketEnvironment = (credentials: BucketCredentials): Environment => ({
  plain: {
    S3_ENDPOINT: credentials.endpoint,
    S3_BUCKET: credentials.bucket,
    S3_REGION: credentials.region,
    // Bucket names in the host part would need a DNS entry for each, which AWS has and a server in the cluster has not.
    S3_FORCE_PATH_STYLE: credentials.access === "key" ? "true" : "false",
    AWS_ENDPOINT_URL_S3: credentials.endpoint,
    AWS_REGION: credentials.region,
  },
  secret:
    credentials.access === "key"
      ? { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey }
      : {},
});

/** Standard variables of the OpenTelemetry SDKs. Names of the pod and the app let a trace lead to its logs and metrics. */
export const telemetryEnvironment = (
  telemetry: TelemetryHandle,
  app: { readonly name: string; readonly namespace: string },
): Environment => ({
  plain: {
    POD_NAME: { field: "metadata.name" },
    OTEL_SERVICE_NAME: app.name,
    OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.otlpGrpc,
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_RESOURCE_ATTRIBUTES: `service.namespace=${app.namespace},k8s.namespace.name=${app.namespace},k8s.pod.name=$(POD_NAME)`,
  },
  secret: {},
});

/** Where a Kafka client starts from. Waits until the broker is ready. */
export const queueEnvironment = (queue: Pick<QueueHandle, "brokers">): Environment => ({
  plain: { KAFKA_BROKERS: queue.brokers },
  secret: {},
});

/** Variables that come from Secrets which somebody else keeps, and the names of these. */
export const externalEnvironment = (
  secrets: Readonly<Record<string, string>>,
  handle: SecretsHandle | undefined,
): Environment & { readonly items: readonly string[] } => {
  const references = Object.entries(secrets).map(([variable, reference]) => {
    const slash = reference.indexOf("/");
    return { variable, item: reference.slice(0, slash), key: reference.slice(slash + 1) };
  });
  return {
    plain: handle
      ? Object.fromEntries(
          references.map(({ variable, item, key }) => [variable, { secret: handle.secret(item), key }]),
        )
      : {},
    secret: {},
    items: handle ? references.map(({ item }) => item) : [],
  };
};

/** Later ones win. */
export const mergeEnvironments = (...environments: readonly Environment[]): Environment => ({
  plain: Object.assign({}, ...environments.map(({ plain }) => plain)),
  secret: Object.assign({}, ...environments.map(({ secret }) => secret)),
});
