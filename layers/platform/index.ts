// Layer 3: the platform services that the stack file asks for, each beside the others.
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/schema.ts";
import { edgeUrl } from "../../lib/edge.ts";
import type {
  ClusterHandle,
  Edge,
  EdgePage,
  ObjectStoreHandle,
  PostgresHandle,
  QueueHandle,
  SecretsHandle,
  TelemetryHandle,
} from "../../lib/handles.ts";
import type { MeshMembers } from "../../lib/mesh/membership.ts";
import type { Peer } from "../../lib/network-policy.ts";
import { namespaces, nodePorts, services } from "../../names.ts";
import type { RuleTraits } from "../../policy/rules/types.ts";
import type { Visitors } from "../network/visitors.ts";
import type { Clients } from "./clients.ts";
import { createObjectStore } from "./object-store/index.ts";
import { dashboardsOf } from "./observability/dashboards/index.ts";
import { Observability, observabilityBuckets } from "./observability/index.ts";
import { openbaoJobs } from "./observability/prometheus/scrape-openbao.ts";
import { ruleGroupsOf } from "./observability/rules/index.ts";
import { createOpenBao, openbaoBucketClients, openbaoBuckets } from "./openbao/index.ts";
import { Kyverno } from "./policy/kyverno.ts";
import { createPostgres, postgresBucketClients, postgresBuckets } from "./postgres/index.ts";
import { Redpanda } from "./queue/redpanda.ts";
import { ExternalSecrets } from "./secrets/external-secrets.ts";
import { telemetry } from "./telemetry.ts";

export interface PlatformArgs {
  readonly cluster: ClusterHandle;
  readonly config: Pick<
    Config,
    "postgres" | "objectStore" | "observability" | "queue" | "secrets" | "policy" | "openbao"
  >;
  /** How strict the rules of the cluster are. */
  readonly traits: RuleTraits;
  /** Buckets that apps ask for; those of the stack file and of observability are added. */
  readonly buckets: readonly string[];
  /** Who uses what. */
  readonly clients: Clients;
  /** Who comes to the pages of observability beside its own pods and NodePorts. */
  readonly visitors: Visitors;
  /** Ports of the pod network's programs on the nodes that ask to be scraped. */
  readonly nodeMetrics: readonly number[];
  /** Left out: there is no mesh. */
  readonly mesh?: MeshMembers;
  /** Namespace of the apps, where there are any. Waits for it. */
  readonly appNamespace?: pulumi.Input<string>;
  /** Secret: the login of the backend of secrets. */
  readonly secretsCredentials?: pulumi.Output<string>;
  /** Left out: there is none. */
  readonly edge?: Edge;
}

export interface Platform {
  readonly postgres?: PostgresHandle;
  readonly objectStore?: ObjectStoreHandle;
  readonly queue?: QueueHandle;
  readonly secrets?: SecretsHandle;
  /** Page to its namespace. Waits for that. */
  readonly pages: Readonly<Partial<Record<EdgePage, pulumi.Output<string>>>>;
  /** Service name to URL on the user's machine; empty where node ports are not exposed. */
  readonly urls: Record<string, string>;
  /** Secret values by service: the stack output `credentials`. */
  readonly credentials: Record<string, Record<string, pulumi.Input<string>>>;
}

/** Where senders of telemetry send it, or undefined where the stack has no observability. */
export const telemetryOf = (config: Pick<Config, "observability">): TelemetryHandle | undefined =>
  config.observability && telemetry;

const stores: Peer[] = [services.loki, services.tempo].map((workload) => ({
  namespace: namespaces.observability,
  workload,
}));

const url = (port: number): string => `http://localhost:${port}`;

const credentialsOf = (config: PlatformArgs["config"], postgres: PostgresHandle | undefined) =>
  Object.fromEntries(
    Object.keys(config.postgres?.databases ?? {}).flatMap((name) => {
      const login = postgres?.database(name);
      return login ? [[`postgres/${name}`, { user: login.user, password: login.password }]] : [];
    }),
  );

export const createPlatform = (args: PlatformArgs): Platform => {
  const { cluster, config, traits } = args;
  const { images, options } = cluster;

  const objectStore =
    config.objectStore &&
    createObjectStore(
      {
        cluster,
        config: config.objectStore,
        buckets: [
          ...args.buckets,
          ...(config.observability ? observabilityBuckets : []),
          ...postgresBuckets(config.postgres),
          ...openbaoBuckets(config.openbao),
        ],
        backups: [...postgresBuckets(config.postgres), ...openbaoBuckets(config.openbao)],
        clients: [
          ...args.clients.bucket,
          ...(config.observability ? stores : []),
          ...postgresBucketClients(config.postgres),
          ...(config.openbao ? openbaoBucketClients : []),
        ],
      },
      options,
    );

  const postgres =
    config.postgres &&
    createPostgres(
      { cluster, config: config.postgres, clients: args.clients.database, ...(objectStore && { objectStore }) },
      options,
    );

  const grafanaUrl = edgeUrl(args.edge, "grafana");
  const observability =
    config.observability &&
    objectStore &&
    new Observability(
      "observability",
      {
        cluster,
        config: config.observability,
        objectStore,
        rules: ruleGroupsOf(config),
        visitors: args.visitors,
        nodeMetrics: args.nodeMetrics,
        ...(grafanaUrl !== undefined && { grafanaUrl }),
        jobs: config.openbao ? openbaoJobs : [],
        dashboards: dashboardsOf(config),
      },
      options,
    );

  const queue =
    config.queue &&
    new Redpanda(
      "redpanda",
      { images, config: config.queue, nodePorts: cluster.nodePorts, clients: args.clients.queue },
      options,
    );

  const secrets =
    config.secrets &&
    args.appNamespace !== undefined &&
    new ExternalSecrets(
      "secrets",
      {
        cluster,
        config: config.secrets,
        appNamespace: args.appNamespace,
        ...(args.mesh && { mesh: args.mesh }),
        ...(args.secretsCredentials && { credentials: args.secretsCredentials }),
      },
      options,
    );

  if (config.policy.kind === "kyverno") new Kyverno("kyverno", { cluster, config: config.policy, traits }, options);

  const openbao =
    config.openbao &&
    objectStore &&
    createOpenBao({ cluster, config: config.openbao, objectStore, ...(args.edge && { edge: args.edge }) }, options);

  const exposed = {
    ...(observability && {
      grafana: url(nodePorts.grafana),
      prometheus: url(nodePorts.prometheus),
      alertmanager: url(nodePorts.alertmanager),
    }),
    ...(config.queue?.console && { redpandaConsole: url(nodePorts.redpandaConsole) }),
  };

  return {
    ...(postgres && { postgres }),
    ...(objectStore && { objectStore }),
    ...(queue && { queue }),
    ...(secrets && { secrets }),
    pages: {
      ...(observability && {
        grafana: observability.namespace,
        prometheus: observability.namespace,
        alertmanager: observability.namespace,
      }),
      ...(queue && { redpandaConsole: queue.space }),
      ...(openbao && { openbao: openbao.namespace }),
    },
    urls: cluster.nodePorts ? exposed : {},
    credentials: {
      ...credentialsOf(config, postgres),
      ...(observability && { grafana: { ...observability.grafana.credentials } }),
      ...(openbao?.credentials && { openbao: openbao.credentials }),
    },
  };
};
