// Grafana by the chart: the same settings, data sources and dashboards from the same ConfigMap, the same password from the same Secret. Pure.
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import type { ImageParts } from "../../../../lib/chart-images.ts";
import { checksumAnnotation } from "../../../../lib/workload.ts";
import { ports } from "../../../../names.ts";
import type { GrafanaSetup } from "../grafana/grafana.ts";
import { configFolder, grafanaSettings } from "../grafana/settings.ts";
import { image, requests, scraped } from "./parts.ts";

export interface GrafanaValuesArgs {
  readonly config: Pick<ObservabilityConfig, "grafana">;
  readonly setup: GrafanaSetup;
  readonly images: Readonly<Record<"grafana", ImageParts>>;
}

const portName = "http";
/** Not config: the chart has one of that name. */
const volume = "strata";

const probe = (timing: Readonly<Record<string, number>>) => ({
  httpGet: { path: "/api/health", port: portName },
  ...timing,
});

export const grafanaValues = ({ config, setup, images }: GrafanaValuesArgs): pulumi.Inputs => ({
  image: image(images.grafana),
  defaultDashboardsEnabled: false,
  sidecar: { dashboards: { enabled: false }, datasources: { enabled: false } },
  // Its container is root, and a volume belongs to Grafana's group anyway.
  initChownData: { enabled: false },
  testFramework: { enabled: false },
  rbac: { create: false },
  serviceAccount: { autoMount: false },
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  service: { enabled: false, targetPort: ports.grafana },
  serviceMonitor: { enabled: false },
  podPortName: portName,
  podAnnotations: { ...scraped(ports.grafana), [checksumAnnotation]: setup.checksum },
  resources: requests({ cpu: "50m", memory: "192Mi", memoryLimit: "512Mi" }),
  containerSecurityContext: { readOnlyRootFilesystem: true },
  // The first start makes the database: some hundred migrations, on a laptop's disk.
  startupProbe: probe({ periodSeconds: 1, failureThreshold: 240 }),
  readinessProbe: probe({ periodSeconds: 5, timeoutSeconds: 3 }),
  livenessProbe: probe({ initialDelaySeconds: 0, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 3 }),
  admin: { existingSecret: setup.secret, userKey: "admin-user", passwordKey: "admin-password" },
  envValueFrom: { GF_SECURITY_SECRET_KEY: { secretKeyRef: { name: setup.secret, key: "secret-key" } } },
  "grafana.ini": grafanaSettings(setup.settings),
  extraVolumes: [{ name: volume, configMap: { name: setup.configMap, items: setup.items } }],
  extraVolumeMounts: [{ name: volume, mountPath: configFolder, readOnly: true }],
  extraEmptyDirMounts: [{ name: "tmp", mountPath: "/tmp" }],
  persistence: {
    enabled: true,
    type: "statefulset",
    accessModes: ["ReadWriteOnce"],
    size: config.grafana.storage,
  },
});
