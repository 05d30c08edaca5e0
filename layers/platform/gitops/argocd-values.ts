// What Argo CD's chart is told. Pure.
import type * as pulumi from "@pulumi/pulumi";
import type { ChartImage } from "../../../lib/chart-images.ts";
import { nodePorts } from "../../../names.ts";

export interface ArgoCdTraits {
  /** The server is reachable on the user's machine. */
  readonly nodePorts: boolean;
  /** Secret: bcrypt hash of the admin's password. */
  readonly adminPasswordHash: pulumi.Input<string>;
  /** Base URL at the edge. Undefined: it is not there. */
  readonly edgeUrl: string | undefined;
  /** Lines of known_hosts, beside those of the big providers that the chart knows. */
  readonly knownHosts: string | undefined;
}

const resources = (cpu: string, memory: string, memoryLimit: string) => ({
  resources: { requests: { cpu, memory }, limits: { memory: memoryLimit } },
});

export const argoCdValues = (image: ChartImage<"argoCd">, traits: ArgoCdTraits) => {
  const own = image("argocd");
  const redis = image("redis");
  return {
    global: {
      domain: traits.edgeUrl === undefined ? "argocd.local" : new URL(traits.edgeUrl).hostname,
      image: { repository: own.name, tag: own.version, imagePullPolicy: "IfNotPresent" },
    },
    configs: {
      cm: {
        // The chart would leave the port out.
        ...(traits.edgeUrl !== undefined && { url: traits.edgeUrl }),
        // A commit doesn't move: these are for what somebody changed in the cluster.
        "timeout.reconciliation": "120s",
        "timeout.reconciliation.jitter": "60s",
      },
      params: {
        // TLS ends at the gateway; on a local cluster the port is one of the loopback address.
        "server.insecure": true,
      },
      ...(traits.knownHosts !== undefined && { ssh: { extraHosts: traits.knownHosts } }),
      secret: { createSecret: true, argocdServerAdminPassword: traits.adminPasswordHash },
    },
    // One owner of logins: the admin account. Nobody is notified, and the program makes the Applications.
    dex: { enabled: false },
    notifications: { enabled: false },
    applicationSet: { replicas: 0, ...resources("10m", "32Mi", "128Mi") },
    controller: { replicas: 1, ...resources("100m", "256Mi", "1Gi") },
    repoServer: { replicas: 1, ...resources("50m", "64Mi", "512Mi") },
    redis: {
      image: { repository: redis.name, tag: redis.version, imagePullPolicy: "IfNotPresent" },
      ...resources("10m", "16Mi", "128Mi"),
    },
    redisSecretInit: resources("10m", "32Mi", "128Mi"),
    server: {
      replicas: 1,
      ...resources("20m", "64Mi", "256Mi"),
      service: traits.nodePorts ? { type: "NodePort", nodePortHttp: nodePorts.argocd } : { type: "ClusterIP" },
    },
  };
};
