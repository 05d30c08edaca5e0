// The whole surface of a stack file: strict, every section in one parse, and the checks that need more than one section.
import { z } from "zod";
import { images } from "../versions.ts";
import { AppsSchema } from "./apps.schema.ts";
import { ClusterSchema, ImagesSchema } from "./cluster.schema.ts";
import { NetworkSchema } from "./network.schema.ts";
import { ObjectStoreSchema, ObservabilitySchema, PostgresSchema, QueueSchema } from "./platform.schema.ts";

const sections = {
  cluster: ClusterSchema,
  images: ImagesSchema.prefault({}),
  network: NetworkSchema.prefault({}),
  postgres: PostgresSchema.exactOptional(),
  objectStore: ObjectStoreSchema.exactOptional(),
  observability: ObservabilitySchema.exactOptional(),
  queue: QueueSchema.exactOptional(),
  apps: AppsSchema.default({}),
};

/** Keys of the stack file that hold a secret; they never pass through the schema, so their plaintext is in no error text. */
export const secretKeys = ["tunnelCredentials"] as const;

export const Sections = z.strictObject(sections);

export const sectionNames = Object.keys(sections) as (keyof typeof sections)[];

export const ConfigSchema = Sections.superRefine((config, context) => {
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });

  if (config.observability && !config.objectStore)
    issue(["observability"], "Loki and Tempo keep their data in the object store. Add objectStore: { kind: garage }");
  if (config.observability?.grafana.credentials === "well-known" && config.cluster.kind === "existing")
    issue(
      ["observability", "grafana", "credentials"],
      "well-known (admin/admin) is allowed on local clusters only (kind, kwok). Set random",
    );

  for (const key of Object.keys(config.images.overrides))
    if (!(key in images))
      issue(["images", "overrides", key], `Unknown image "${key}". Allowed: ${Object.keys(images).join(", ")}`);

  const middlewares = Object.keys(config.network.ingress.middlewares);
  const taken = new Map<string, string>();
  const route = (path: (string | number)[], value: { host?: string; path: string; middlewares: string[] }) => {
    value.middlewares.forEach((name, index) => {
      if (!middlewares.includes(name))
        issue(
          [...path, "middlewares", index],
          `Unknown middleware "${name}". Declared under network.ingress.middlewares: ${middlewares.join(", ") || "none"}`,
        );
    });
    const id = `${value.host ?? "any host"} ${value.path}`;
    const other = taken.get(id);
    if (other)
      issue(
        [...path, "path"],
        `${value.path} on ${value.host ?? "any host"} is already the route of ${other}. Give one of them another path or host`,
      );
    else taken.set(id, path.join("."));
  };
  for (const [name, value] of Object.entries(config.network.ingress.routes))
    route(["network", "ingress", "routes", name], value);
  for (const [name, app] of Object.entries(config.apps)) {
    app.routes.forEach((value, index) => {
      route(["apps", name, "routes", index], value);
    });
    if (app.database !== undefined && !config.postgres?.databases[app.database]) {
      const known = Object.keys(config.postgres?.databases ?? {}).join(", ") || "none";
      issue(
        ["apps", name, "database"],
        `Unknown database "${app.database}". Declared under postgres.databases: ${known}`,
      );
    }
    if (app.bucket !== undefined && !config.objectStore)
      issue(["apps", name, "bucket"], "A bucket needs objectStore: { kind: garage }");
    if (app.image.startsWith("versions:") && !(app.image.slice("versions:".length) in images))
      issue(
        ["apps", name, "image"],
        `Unknown image "${app.image}". Allowed after versions: ${Object.keys(images).join(", ")}`,
      );
    if (app.autoscaling && app.autoscaling.min > app.autoscaling.max)
      issue(["apps", name, "autoscaling"], `min (${app.autoscaling.min}) is more than max (${app.autoscaling.max})`);
    if (app.metrics && app.metrics.port === app.port && app.metrics.path === "/")
      issue(
        ["apps", name, "metrics", "path"],
        "Metrics on the app's own port need a path of their own, for example /metrics",
      );
  }
});

export type Config = z.output<typeof ConfigSchema>;
export type ClusterConfig = Config["cluster"];
export type KindConfig = Extract<ClusterConfig, { kind: "kind" }>;
export type KwokConfig = Extract<ClusterConfig, { kind: "kwok" }>;
export type ExistingConfig = Extract<ClusterConfig, { kind: "existing" }>;
export type ImagesConfig = Config["images"];
export type NetworkConfig = Config["network"];
export type MiddlewareConfig = NetworkConfig["ingress"]["middlewares"][string];
export type PostgresConfig = NonNullable<Config["postgres"]>;
export type ObjectStoreConfig = NonNullable<Config["objectStore"]>;
export type ObservabilityConfig = NonNullable<Config["observability"]>;
export type QueueConfig = NonNullable<Config["queue"]>;
export type AppConfig = Config["apps"][string];
