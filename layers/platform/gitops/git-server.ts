// The Git server of a checkout: one pod that serves one commit to the GitOps engine beside it, and to nobody else.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../lib/component.ts";
import { UserError } from "../../../lib/errors.ts";
import type { ImageSource } from "../../../lib/handles.ts";
import { allowFlows } from "../../../lib/network-policy.ts";
import { metadata, podTemplate, selector, skipAwait, workloadTimeouts } from "../../../lib/workload.ts";
import { host, ports, services } from "../../../names.ts";
import { commitOf } from "./git-objects.ts";
import { repositoryPath, seedOf, serverScript } from "./git-seed.ts";

export interface GitServerArgs {
  readonly images: ImageSource;
  readonly namespace: pulumi.Input<string>;
  /** Name of it, for the URL. */
  readonly namespaceName: string;
  /** Path to content: what the one commit holds. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** nobody of the busybox image. */
const user = 65534;
const port = ports.gitServer;
/** What a ConfigMap holds at most, by the API server. */
const limitBytes = 1024 * 1024;

export class GitServer extends Component {
  /** Of the repository, inside the cluster. Waits until it answers. */
  readonly url: pulumi.Output<string>;
  /** 40 hex digits of its commit. The same files are the same commit, whatever else changed in the checkout. */
  readonly revision: string;

  /** @throws UserError where the files are more than one ConfigMap holds. */
  constructor(name: string, args: GitServerArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "GitServer", name, options);
    const child = { parent: this };
    const workload = services.gitServer;
    const commit = commitOf(args.files, "Rendered tree of a checkout");
    const seed = seedOf(commit);
    const size = Object.values(seed).reduce((sum, { length }) => sum + length, 0);
    if (size > limitBytes)
      throw new UserError(
        `The rendered tree is ${(size / limitBytes).toFixed(1)} MiB packed, and the Git server in the cluster holds 1 MiB. ` +
          "Deliver it from a repository: strata:gitops.source with kind: remote",
      );
    this.revision = commit.id;
    const short = commit.id.slice(0, 12);

    const script = new ConfigMap(
      name,
      { metadata: metadata(workload, args.namespace), data: { "checkout.git": serverScript } },
      child,
    );
    // A new commit is a new object: a pod never serves half of each.
    const data = new ConfigMap(
      `${name}-${short}`,
      {
        metadata: metadata(`${workload}-${short}`, args.namespace, { workload }),
        immutable: true,
        binaryData: Object.fromEntries(Object.entries(seed).map(([file, bytes]) => [file, bytes.toString("base64")])),
      },
      // Another machine may compress the same objects to other bytes.
      { ...child, ignoreChanges: ["binaryData"] },
    );
    const deployment = new Deployment(
      name,
      {
        metadata: metadata(workload, args.namespace),
        spec: {
          replicas: 1,
          revisionHistoryLimit: 3,
          selector: { matchLabels: selector(workload) },
          template: podTemplate({
            name: workload,
            user,
            terminationGracePeriodSeconds: 5,
            volumes: [
              { name: "script", configMap: { name: script.metadata.name, defaultMode: 0o555 } },
              { name: "seed", configMap: { name: data.metadata.name } },
            ],
            containers: [
              {
                name: workload,
                image: args.images.reference("busybox"),
                command: ["httpd", "-f", "-p", String(port), "-h", "/srv"],
                env: { SEED: "/seed" },
                ports: { http: port },
                resources: { cpu: "10m", memory: "16Mi", memoryLimit: "64Mi" },
                readiness: { tcpSocket: { port }, periodSeconds: 2 },
                mounts: {
                  "/srv/cgi-bin": { name: "script", readOnly: true },
                  "/seed": { name: "seed", readOnly: true },
                },
              },
            ],
          }),
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );
    const service = new Service(
      name,
      {
        metadata: metadata(workload, args.namespace, { annotations: skipAwait }),
        spec: { selector: selector(workload), ports: [{ name: "http", port: 80, targetPort: port }] },
      },
      child,
    );
    allowFlows(
      name,
      {
        namespace: args.namespace,
        workload,
        flows: { ingress: [{ peers: [{ namespace: args.namespaceName }], ports: [port] }] },
      },
      child,
    );
    this.url = pulumi
      .all([deployment.metadata.name, service.metadata.name])
      .apply(() => `http://${host(workload, args.namespaceName)}${repositoryPath}`);
    this.registerOutputs({});
  }
}
