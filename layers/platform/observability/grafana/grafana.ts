// Grafana: one pod with its database on a volume, data sources and dashboards from one ConfigMap, no sidecars, nothing downloaded.
import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import { GeneratedSecrets } from "../../../../lib/generated-secrets.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows } from "../../../../lib/network-policy.ts";
import {
  checksum,
  dataClaim,
  emptyDir,
  httpProbe,
  metadata,
  podManagementPolicy,
  podTemplate,
  selector,
  skipAwait,
  workloadTimeouts,
} from "../../../../lib/workload.ts";
import { host, namespaces, nodePorts, ports, services } from "../../../../names.ts";
import { configFiles } from "./files.ts";
import { configFolder } from "./settings.ts";

export interface GrafanaArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["grafana"];
  /** Reachable from 127.0.0.1 of the user's machine. */
  readonly nodePorts: boolean;
  /** Interval between Prometheus' scrapes, for example 30s. */
  readonly scrapeInterval: string;
}

export interface GrafanaCredentials {
  readonly user: string;
  /** Secret. */
  readonly password: pulumi.Output<string>;
}

const adminUser = "admin";

export class Grafana extends Component {
  /** Base URL on the user's machine; undefined without NodePorts. */
  readonly url: string | undefined;
  readonly credentials: GrafanaCredentials;

  constructor(name: string, args: GrafanaArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Grafana", name, options);
    const child = { parent: this };
    const workload = services.grafana;
    const local = namespaces.observability;
    const inside = (service: string, port: number) => `http://${host(service, local)}:${port}`;
    this.url = args.nodePorts ? `http://localhost:${nodePorts.grafana}` : undefined;

    const files = configFiles({
      rootUrl: this.url,
      scrapeInterval: args.scrapeInterval,
      urls: {
        prometheus: inside(services.prometheus, ports.prometheus),
        alertmanager: inside(services.alertmanager, ports.alertmanager),
        loki: inside(services.loki, ports.loki),
        tempo: inside(services.tempo, ports.tempo),
      },
    });
    const configMap = new ConfigMap(
      `${name}-config`,
      { metadata: metadata(workload, args.namespace), data: files.data },
      child,
    );

    const secrets = { parent: new GeneratedSecrets("platform", name) };
    const password =
      args.config.credentials === "well-known"
        ? pulumi.secret("admin")
        : new RandomPassword(`${name}-password`, { length: 24, special: false }, secrets).result;
    // Encrypts what Grafana keeps in its database; its own default is the same in every installation of the world.
    const key = new RandomPassword(`${name}-key`, { length: 32, special: false }, secrets);
    const secret = new Secret(
      `${name}-admin`,
      {
        metadata: metadata("grafana-admin", args.namespace, { workload }),
        stringData: { "admin-user": adminUser, "admin-password": password, "secret-key": key.result },
      },
      child,
    );

    new StatefulSet(
      name,
      {
        metadata: metadata(workload, args.namespace),
        spec: {
          podManagementPolicy,
          serviceName: workload,
          replicas: 1,
          selector: { matchLabels: selector(workload) },
          template: podTemplate({
            name: workload,
            user: 472,
            metrics: { port: ports.grafana },
            // Without the dashboards: Grafana notices those by itself.
            checksum: checksum(...files.readAtStart),
            containers: [
              {
                name: workload,
                image: args.images.reference("grafana"),
                env: {
                  GF_PATHS_CONFIG: `${configFolder}/grafana.ini`,
                  GF_SECURITY_ADMIN_USER: { secret: secret.metadata.name, key: "admin-user" },
                  GF_SECURITY_ADMIN_PASSWORD: { secret: secret.metadata.name, key: "admin-password" },
                  GF_SECURITY_SECRET_KEY: { secret: secret.metadata.name, key: "secret-key" },
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
              { name: "config", configMap: { name: configMap.metadata.name, items: files.items } },
              emptyDir("tmp", "128Mi"),
            ],
          }),
          volumeClaimTemplates: [dataClaim(args.config.storage)],
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );

    new Service(
      name,
      {
        metadata: metadata(workload, args.namespace, { annotations: skipAwait }),
        spec: {
          type: args.nodePorts ? "NodePort" : "ClusterIP",
          selector: selector(workload),
          ports: [
            {
              name: "http",
              port: ports.grafana,
              targetPort: "http",
              ...(args.nodePorts && { nodePort: nodePorts.grafana }),
            },
          ],
        },
      },
      child,
    );

    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload,
        flows: {
          // A browser arrives by NodePort, gateway or tunnel; Grafana asks everybody for a password.
          ingress: [{ peers: ["anywhere"], ports: [ports.grafana] }],
          egress: [
            { peers: [{ namespace: local, workload: services.prometheus }], ports: [ports.prometheus] },
            { peers: [{ namespace: local, workload: services.alertmanager }], ports: [ports.alertmanager] },
            { peers: [{ namespace: local, workload: services.loki }], ports: [ports.loki] },
            { peers: [{ namespace: local, workload: services.tempo }], ports: [ports.tempo] },
          ],
        },
      },
      child,
    );

    this.credentials = { user: adminUser, password };
    this.registerOutputs({ url: this.url, user: adminUser });
  }
}
