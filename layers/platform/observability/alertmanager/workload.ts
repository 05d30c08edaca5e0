// Alertmanager's pod where strata runs it itself.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import type * as pulumi from "@pulumi/pulumi";
import { createDataServer } from "../../../../lib/data-server.ts";
import { checksum, dataClaim, httpProbe, metadata } from "../../../../lib/workload.ts";
import { ports, services } from "../../../../names.ts";
import type { AlertmanagerArgs } from "./alertmanager.ts";
import { alertmanagerArgs, alertmanagerConfig, alertmanagerStorage } from "./config.ts";

export const createAlertmanagerWorkload = (
  name: string,
  args: AlertmanagerArgs & { readonly externalUrl: string },
  child: pulumi.CustomResourceOptions,
): void => {
  const workload = services.alertmanager;
  const config = JSON.stringify(alertmanagerConfig(args.config.webhook), null, 1);

  const configMap = new ConfigMap(
    `${name}-config`,
    { metadata: metadata(workload, args.namespace), data: { "alertmanager.yaml": config } },
    child,
  );

  createDataServer(
    name,
    {
      workload,
      namespace: args.namespace,
      pod: {
        name: workload,
        user: 65534,
        metrics: { port: ports.alertmanager },
        checksum: checksum(config),
        containers: [
          {
            name: workload,
            image: args.images.reference("alertmanager"),
            args: alertmanagerArgs({
              retention: args.config.retention,
              externalUrl: args.externalUrl,
            }),
            ports: { http: ports.alertmanager },
            resources: { cpu: "10m", memory: "32Mi", memoryLimit: "128Mi" },
            startup: httpProbe("/-/ready", "http", { periodSeconds: 1, failureThreshold: 60 }),
            readiness: httpProbe("/-/ready", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
            liveness: httpProbe("/-/healthy", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
            mounts: { "/etc/alertmanager": { name: "config", readOnly: true }, "/alertmanager": "data" },
          },
        ],
        volumes: [{ name: "config", configMap: { name: configMap.metadata.name } }],
      },
      claims: [dataClaim(alertmanagerStorage)],
    },
    child,
  );
};
