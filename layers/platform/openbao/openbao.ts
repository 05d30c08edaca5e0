// OpenBao for development: its operator, one cluster by it, the way in for its admin, and backups to the object store.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { OpenBaoConfig } from "../../../config/schema.ts";
import { Component } from "../../../lib/component.ts";
import { edgeUrl } from "../../../lib/edge.ts";
import { GeneratedSecrets } from "../../../lib/generated-secrets.ts";
import type { BucketByKey, ClusterHandle, Edge, ObjectStoreHandle } from "../../../lib/handles.ts";
import { allowFlows } from "../../../lib/network-policy.ts";
import { type OpenBaoNames, openbaoApi, openbaoNames } from "../../../lib/openbao.ts";
import { setupJob } from "../../../lib/setup-job.ts";
import { checksum, metadata } from "../../../lib/workload.ts";
import { services } from "../../../names.ts";
import { accessInputs, accessPod, demoKeys } from "./access-pod.ts";
import { backupKeys } from "./backup-spec.ts";
import { type ClusterEdge, clusterAnnotations, clusterSpec } from "./cluster-spec.ts";
import { accessFlows, accessWorkload } from "./flows.ts";
import { bucketOf, serverImage } from "./inputs.ts";
import { createOperator } from "./operator.ts";
import { createTenant, createTenantNamespace } from "./tenant.ts";
import { waitFor } from "./wait.ts";

export interface OpenBaoArgs {
  readonly cluster: ClusterHandle;
  readonly config: OpenBaoConfig;
  /** Constructed with the bucket of the backups. Only the cluster waits for it. */
  readonly objectStore: ObjectStoreHandle;
  /** The gateway that stands before it. Left out: it is reached inside the cluster only. */
  readonly edge?: Edge;
}

/** Three replicas start one after the other, on nodes that may still be fetching images. */
const clusterTimeouts: pulumi.CustomTimeouts = { create: "15m", update: "15m", delete: "10m" };
const accessMinutes = 10;

/** Nothing else of the stack waits for any of it. */
export class OpenBao extends Component {
  readonly names: OpenBaoNames;
  /** Namespace of the cluster. Waits for it. */
  readonly namespace: pulumi.Output<string>;
  /** At the gateway; undefined where none stands before it. */
  readonly url: string | undefined;
  /** Login with a password, where the stack file asks for one. */
  readonly credentials: { readonly user: string; readonly password: pulumi.Output<string> } | undefined;

  constructor(name: string, args: OpenBaoArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "OpenBao", name, options);
    const { cluster, config, edge } = args;
    const { images, simulated } = cluster;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const names = openbaoNames(config.cluster);
    this.names = names;
    this.namespace = createTenantNamespace(name, names, child);
    const host = edge?.host("openbao");
    this.url = edgeUrl(edge, "openbao");

    const bucket = bucketOf(args.objectStore, { bucket: config.backup.bucket, cluster: config.cluster });
    const operatorNamespace = createOperator(
      name,
      { cluster, gatewayApi: host !== undefined, store: bucket.egress },
      child,
    );
    const tenant = createTenant(name, { names, operatorNamespace, namespace: this.namespace, simulated }, child);
    const image = serverImage(images, config.version);
    // Asked for and given to nobody: an upgrade finds it in the nodes.
    if (config.upgrade.to !== undefined) serverImage(images, config.upgrade.to);

    const custom = new CustomResource(
      `${name}-cluster`,
      {
        apiVersion: openbaoApi,
        kind: "OpenBaoCluster",
        metadata: metadata(
          names.cluster,
          // The tenant's name too: without a tenant the operator does nothing with it, neither make it nor clean up.
          pulumi.all([this.namespace, tenant]).apply(([known]) => known),
          {
            workload: services.openbao,
            annotations: {
              ...clusterAnnotations(config),
              ...waitFor(simulated, "Available", "OpenBaoInitialized").annotations,
            },
          },
        ),
        spec: clusterSpec({
          config,
          names,
          images: {
            server: image,
            init: images.reference("openbaoOperator.init"),
            backup: images.reference("openbaoOperator.backup"),
            upgrade: images.reference("openbaoOperator.upgrade"),
          },
          api: cluster.api(),
          bucket,
          bucketSecret: this.#bucketSecret(name, bucket, child),
          clients: [
            { namespace: names.namespace, workload: accessWorkload },
            ...(edge && host ? [{ namespace: edge.gateway.namespace, workload: services.traefik }] : []),
          ],
          ...(edge && host && { edge: edgeOf(edge, host) }),
        }),
      },
      { ...child, customTimeouts: clusterTimeouts },
    );
    if (simulated)
      void pulumi.log.info(
        "Nobody runs OpenBao's operator on simulated nodes: its tenant and cluster are not waited for",
        this,
      );
    this.credentials = config.demoLogin ? this.#demoLogin(name) : undefined;
    this.#access(name, { image, uid: custom.metadata.apply(({ uid }) => uid ?? "") }, child);
    this.registerOutputs({ namespace: this.namespace, url: this.url });
  }

  #bucketSecret(name: string, bucket: BucketByKey, child: pulumi.CustomResourceOptions): pulumi.Output<string> {
    return new Secret(
      `${name}-backup-login`,
      {
        metadata: metadata(this.names.backupSecret, this.namespace, { workload: services.openbao }),
        stringData: { [backupKeys.id]: bucket.accessKeyId, [backupKeys.secret]: bucket.secretAccessKey },
      },
      child,
    ).metadata.name;
  }

  #demoLogin(name: string) {
    const secrets = { parent: new GeneratedSecrets("platform", name) };
    const { result } = new RandomPassword(`${name}-demo-login`, { length: 24, special: false }, secrets);
    return { user: this.names.demoUser, password: pulumi.secret(result) };
  }

  /** Logs in as the admin once the cluster is there: an `up` that ends without an error has proved that the login works. */
  #access(
    name: string,
    args: {
      readonly image: pulumi.Input<string>;
      /** Of the cluster. Waits until it is ready. */
      readonly uid: pulumi.Output<string>;
    },
    child: pulumi.CustomResourceOptions,
  ): void {
    const { names, namespace, credentials } = this;
    const account = new ServiceAccount(
      `${name}-admin`,
      {
        metadata: metadata(names.adminAccount, namespace, { workload: services.openbao }),
        automountServiceAccountToken: false,
      },
      child,
    ).metadata.name;
    const demoSecret =
      credentials &&
      new Secret(
        `${name}-demo-login`,
        {
          metadata: metadata(names.demoSecret, namespace, { workload: services.openbao }),
          stringData: { [demoKeys.user]: credentials.user, [demoKeys.password]: credentials.password },
        },
        child,
      ).metadata.name;
    setupJob(
      `${name}-access`,
      {
        namespace,
        workload: accessWorkload,
        inputs: accessInputs(names, credentials ? "on" : "off"),
        timeoutMinutes: accessMinutes,
        pod: accessPod({
          names,
          image: args.image,
          serviceAccount: account,
          ...(demoSecret && { demoSecret }),
          checksum: pulumi.unsecret(
            pulumi.all([args.uid, credentials?.password ?? ""]).apply((parts) => checksum(...parts)),
          ),
        }),
      },
      child,
    );
    allowFlows(`${name}-access`, { namespace, workload: accessWorkload, flows: accessFlows }, child);
  }
}

const edgeOf = (edge: Edge, host: string): ClusterEdge => ({
  listener: edge.listener,
  parent: edge.gateway.parent,
  namespace: edge.gateway.namespace,
  host,
});
