// Grafana: one pod with its database on a volume, data sources and dashboards from one ConfigMap, no sidecars, nothing downloaded.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import { GeneratedSecrets } from "../../../../lib/generated-secrets.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows, type Peer } from "../../../../lib/network-policy.ts";
import { checksum, metadata } from "../../../../lib/workload.ts";
import { host, namespaces, nodePorts, ports, services } from "../../../../names.ts";
import type { Dashboard } from "../dashboards/model.ts";
import { createWebService, type RunBy } from "../web-service.ts";
import { configFiles } from "./files.ts";
import type { SettingsArgs } from "./settings.ts";
import { createGrafanaWorkload } from "./workload.ts";

export interface GrafanaArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["grafana"];
  /** Reachable from 127.0.0.1 of the user's machine. */
  readonly nodePorts: boolean;
  /** Base URL at the edge. Left out: it is not there. */
  readonly edgeUrl?: string;
  /** Interval between Prometheus' scrapes, for example 30s. */
  readonly scrapeInterval: string;
  /** Default: those of every stack. */
  readonly dashboards?: readonly Dashboard[];
  /** Who comes to its page beside NodePorts. Default: nobody. */
  readonly visitors?: readonly Peer[];
  /** Default: strata. operator: its pod is not made here, but has the same labels, port name and port. */
  readonly runBy?: RunBy;
}

/** What Grafana's pod is given, whoever makes it. */
export interface GrafanaSetup {
  readonly settings: SettingsArgs;
  /** Name of the ConfigMap with data sources and dashboards. Waits for it. */
  readonly configMap: pulumi.Output<string>;
  /** Its keys and where in the folder each belongs. */
  readonly items: { readonly key: string; readonly path: string }[];
  /** Name of the Secret with the keys admin-user, admin-password and secret-key. Waits for it. */
  readonly secret: pulumi.Output<string>;
  /** Of what Grafana reads at its start only. */
  readonly checksum: string;
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
  readonly setup: GrafanaSetup;

  constructor(name: string, args: GrafanaArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Grafana", name, options);
    const child = { parent: this };
    const workload = services.grafana;
    const local = namespaces.observability;
    const inside = (service: string, port: number) => `http://${host(service, local)}:${port}`;
    this.url = args.nodePorts ? `http://localhost:${nodePorts.grafana}` : undefined;

    const settings = {
      rootUrl: args.edgeUrl ?? this.url,
      ...(args.edgeUrl !== undefined && this.url !== undefined && { alsoAt: this.url }),
    };
    const files = configFiles({
      ...settings,
      scrapeInterval: args.scrapeInterval,
      ...(args.dashboards && { dashboards: args.dashboards }),
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

    this.setup = {
      settings,
      configMap: configMap.metadata.name,
      items: files.items,
      secret: secret.metadata.name,
      // Without the dashboards: Grafana notices those by itself.
      checksum: checksum(...files.readAtStart),
    };
    if ((args.runBy ?? "strata") === "strata") createGrafanaWorkload(name, { ...args, setup: this.setup }, child);
    createWebService(
      name,
      {
        ...args,
        exposure: args.nodePorts ? "nodePort" : "cluster",
        workload,
        port: ports.grafana,
        nodePort: nodePorts.grafana,
      },
      child,
    );

    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload,
        flows: {
          // A browser arrives by NodePort, gateway or tunnel.
          ingress: [
            {
              peers: args.nodePorts
                ? ["anywhere"]
                : [{ namespace: local, workload: services.prometheus }, ...(args.visitors ?? [])],
              ports: [ports.grafana],
            },
          ],
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
