// Grafana's pod where strata runs it itself.
import type * as pulumi from "@pulumi/pulumi";
import { createDataServer } from "../../../../lib/data-server.ts";
import { dataClaim, emptyDir, httpProbe } from "../../../../lib/workload.ts";
import { ports, services } from "../../../../names.ts";
import type { GrafanaArgs, GrafanaSetup } from "./grafana.ts";
import { configFolder } from "./settings.ts";

export const createGrafanaWorkload = (
  name: string,
  args: GrafanaArgs & { readonly setup: GrafanaSetup },
  child: pulumi.CustomResourceOptions,
): void => {
  const workload = services.grafana;
  createDataServer(
    name,
    {
      workload,
      namespace: args.namespace,
      pod: {
        name: workload,
        user: 472,
        metrics: { port: ports.grafana },
        // Without the dashboards: Grafana notices those by itself.
        checksum: args.setup.checksum,
        containers: [
          {
            name: workload,
            image: args.images.reference("grafana"),
            env: {
              GF_PATHS_CONFIG: `${configFolder}/grafana.ini`,
              GF_SECURITY_ADMIN_USER: { secret: args.setup.secret, key: "admin-user" },
              GF_SECURITY_ADMIN_PASSWORD: { secret: args.setup.secret, key: "admin-password" },
              GF_SECURITY_SECRET_KEY: { secret: args.setup.secret, key: "secret-key" },
            },
            ports: { http: ports.grafana },
            resources: { cpu: "50m", memory: "192Mi", memoryLimit: "512Mi" },
            // The first start makes the database: some hundred migrations, on a laptop's disk.
            startup: httpProbe("/api/health", "http", { periodSeconds: 1, failureThreshold: 240 }),
            readiness: httpProbe("/api/health", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
            liveness: httpProbe("/api/health", "http", { periodSeconds: 15, timeoutSeconds: 10 }),
            mounts: {
              [configFolder]: { name: "config", readOnly: true },
              "/var/lib/grafana": "data",
              "/tmp": "tmp",
            },
          },
        ],
        volumes: [
          { name: "config", configMap: { name: args.setup.configMap, items: args.setup.items } },
          emptyDir("tmp", "128Mi"),
        ],
      },
      claims: [dataClaim(args.config.storage)],
    },
    child,
  );
};
