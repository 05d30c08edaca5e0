// The tunnel to Cloudflare's edge. It exists only where its credentials do.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../../lib/component.ts";
import type { ClusterHandle } from "../../lib/handles.ts";
import { createNamespace } from "../../lib/namespace.ts";
import { allowFlows } from "../../lib/network-policy.ts";
import { disruptionBudget, spread } from "../../lib/replicas.ts";
import { checksum, httpProbe, metadata, podTemplate, selector, workloadTimeouts } from "../../lib/workload.ts";
import { namespaces, ports, services } from "../../names.ts";
import { durationSeconds, type TunnelConfig, tunnelFile, tunnelFlows } from "./tunnel-config.ts";

export interface CloudflaredArgs {
  readonly cluster: ClusterHandle;
  readonly config: TunnelConfig;
  /** Secret: the JSON that `cloudflared tunnel create` wrote. */
  readonly credentials: pulumi.Output<string>;
}

const user = 65532;
const configDirectory = "/etc/cloudflared/config";
const credentialsDirectory = "/etc/cloudflared/credentials";

export class Cloudflared extends Component {
  constructor(name: string, args: CloudflaredArgs, options?: pulumi.ComponentResourceOptions) {
    super("network", "Cloudflared", name, options);
    const child = { parent: this };
    const { config } = args;
    const workload = services.cloudflared;
    const namespace = createNamespace(name, { name: namespaces.tunnel }, child);
    const file = tunnelFile(config, `${credentialsDirectory}/credentials.json`);
    const configMap = new ConfigMap(
      name,
      { metadata: metadata(workload, namespace), data: { "config.yaml": file } },
      child,
    );
    const secret = new Secret(
      name,
      { metadata: metadata(workload, namespace), stringData: { "credentials.json": pulumi.secret(args.credentials) } },
      child,
    );

    new Deployment(
      name,
      {
        metadata: metadata(workload, namespace),
        spec: {
          replicas: config.replicas,
          revisionHistoryLimit: 3,
          selector: { matchLabels: selector(workload) },
          template: podTemplate({
            name: workload,
            user,
            metrics: { port: ports.cloudflaredMetrics },
            // Half the hash of a random 256-bit secret tells nothing of it, and new credentials restart the tunnel.
            checksum: pulumi.unsecret(args.credentials.apply((credentials) => checksum(file, credentials))),
            terminationGracePeriodSeconds: durationSeconds(config.gracePeriod) + 10,
            extra: spread(workload, config.replicas),
            volumes: [
              { name: "config", configMap: { name: configMap.metadata.name } },
              { name: "credentials", secret: { secretName: secret.metadata.name } },
            ],
            containers: [
              {
                name: workload,
                image: args.cluster.images.reference("cloudflared"),
                args: ["tunnel", "--config", `${configDirectory}/config.yaml`, "--output", "json", "run"],
                ports: { metrics: ports.cloudflaredMetrics },
                resources: { cpu: "50m", memory: "64Mi", memoryLimit: "256Mi" },
                // Ready means connected to the edge. Not the liveness: a restart doesn't bring the network back.
                readiness: httpProbe("/ready", ports.cloudflaredMetrics, { periodSeconds: 5 }),
                liveness: { tcpSocket: { port: ports.cloudflaredMetrics }, periodSeconds: 20 },
                mounts: {
                  [configDirectory]: { name: "config", readOnly: true },
                  [credentialsDirectory]: { name: "credentials", readOnly: true },
                },
              },
            ],
          }),
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );
    allowFlows(name, { namespace, workload, flows: tunnelFlows(config) }, child);
    disruptionBudget(name, { namespace, workload, replicas: config.replicas }, child);
    this.registerOutputs({});
  }
}
