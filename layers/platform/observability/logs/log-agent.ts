// Another log agent than strata's OpenTelemetry collector: a DaemonSet that follows the pods' log files and pushes their lines to Loki.
import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { allowFlows } from "../../../../lib/network-policy.ts";
import { checksum, emptyDir, metadata, podTemplate, selector, workloadTimeouts } from "../../../../lib/workload.ts";
import { namespaces, ports, services } from "../../../../names.ts";
import { type LogAgentKind, type LogAgentProgram, logAgentName, program } from "./program.ts";

export { logAgentName };

export interface LogAgentArgs {
  readonly images: ImageSource;
  /** Its pod security level must allow hostPath volumes. */
  readonly namespace: pulumi.Input<string>;
  readonly kind: LogAgentKind;
  /** http://host:port */
  readonly lokiUrl: string;
}

/** Uid 0 with every capability dropped, for the reasons of the OpenTelemetry agent (collector/pods.ts). */
const pod = (own: LogAgentProgram, args: LogAgentArgs, configMap: pulumi.Output<string>) =>
  podTemplate({
    name: own.name,
    user: 0,
    metrics: { port: own.port, path: own.metricsPath },
    checksum: checksum(own.config),
    containers: [
      {
        name: own.name,
        image: args.images.reference(own.image),
        ...own.run,
        env: { NODE_NAME: { field: "spec.nodeName" } },
        ports: { http: own.port },
        resources: own.resources,
        mounts: {
          [own.folder]: { name: "config", readOnly: true },
          "/var/log/pods": { name: "logs", readOnly: true },
          [own.state]: "state",
          "/tmp": "tmp",
        },
      },
    ],
    volumes: [
      { name: "config", configMap: { name: configMap } },
      { name: "logs", hostPath: { path: "/var/log/pods", type: "Directory" } },
      { name: "state", hostPath: { path: `/var/lib/strata/${own.name}`, type: "DirectoryOrCreate" } },
      emptyDir("tmp", "16Mi"),
    ],
    extra: {
      securityContext: { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, seccompProfile: { type: "RuntimeDefault" } },
      // Every node has pods with logs, the control plane too.
      tolerations: [{ operator: "Exists" }],
    },
  });

export class LogAgent extends Component {
  constructor(name: string, args: LogAgentArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "LogAgent", name, options);
    const child = { parent: this };
    const own = program(args.kind, args.lokiUrl);
    const configMap = new ConfigMap(
      name,
      { metadata: metadata(own.name, args.namespace), data: { [own.file]: own.config } },
      child,
    );
    new DaemonSet(
      name,
      {
        metadata: metadata(own.name, args.namespace),
        spec: {
          selector: { matchLabels: selector(own.name) },
          template: pod(own, args, configMap.metadata.name),
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );
    const observability = namespaces.observability;
    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload: own.name,
        flows: {
          ingress: [{ peers: [{ namespace: observability, workload: services.prometheus }], ports: [own.port] }],
          egress: [{ peers: [{ namespace: observability, workload: services.loki }], ports: [ports.loki] }],
        },
      },
      child,
    );
    this.registerOutputs();
  }
}
