// Alertmanager: groups what Prometheus sends, remembers silences on a volume, and notifies by webhook where one is set.
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows, type Peer } from "../../../../lib/network-policy.ts";
import { host, namespaces, nodePorts, ports, services } from "../../../../names.ts";
import { createWebService, type RunBy } from "../web-service.ts";
import { createAlertmanagerWorkload } from "./workload.ts";

export interface AlertmanagerArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  readonly config: ObservabilityConfig["alertmanager"];
  /** nodePort: reachable from 127.0.0.1 of the user's machine. cluster: from inside only. */
  readonly exposure: "nodePort" | "cluster";
  /** Who comes to its page beside pods of the namespace and NodePorts. Default: nobody. */
  readonly visitors?: readonly Peer[];
  /** Default: strata. operator: its pod is not made here, but has the same labels, port name and port. */
  readonly runBy?: RunBy;
}

export class Alertmanager extends Component {
  /** http://host:9093 inside the cluster. */
  readonly url: string;
  /** Where links in notifications point. */
  readonly externalUrl: string;

  constructor(name: string, args: AlertmanagerArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Alertmanager", name, options);
    const child = { parent: this };
    const workload = services.alertmanager;
    this.url = `http://${host(workload, namespaces.observability)}:${ports.alertmanager}`;
    const open = args.exposure === "nodePort";
    this.externalUrl = open ? `http://localhost:${nodePorts.alertmanager}` : this.url;

    if ((args.runBy ?? "strata") === "strata")
      createAlertmanagerWorkload(name, { ...args, externalUrl: this.externalUrl }, child);
    createWebService(name, { ...args, workload, port: ports.alertmanager, nodePort: nodePorts.alertmanager }, child);

    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload,
        flows: {
          ingress: [
            {
              peers: open ? ["anywhere"] : [{ namespace: namespaces.observability }, ...(args.visitors ?? [])],
              ports: [ports.alertmanager],
            },
          ],
          // Any port: where the webhook is a Service, its pods may listen on another one than its URL names.
          egress: args.config.webhook === undefined ? [] : [{ peers: ["anywhere"], ports: [] }],
        },
      },
      child,
    );
    this.registerOutputs({ url: this.url });
  }
}
