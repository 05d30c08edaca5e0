// Garage: an S3 store of one node, with a bucket and a key of its own for each that asked.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { GarageConfig } from "../../../config/schema.ts";
import { Component } from "../../../lib/component.ts";
import { createDataServer } from "../../../lib/data-server.ts";
import { GeneratedSecrets } from "../../../lib/generated-secrets.ts";
import type { BucketByKey, ImageSource, ObjectStoreHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows, type Peer } from "../../../lib/network-policy.ts";
import { bytes } from "../../../lib/quantity.ts";
import { setupJob } from "../../../lib/setup-job.ts";
import { checksum, metadata, selector, skipAwait } from "../../../lib/workload.ts";
import { host, namespaces, ports, s3Region, services } from "../../../names.ts";
import { type BucketKeys, bucketKeys, keyOfBucket, keysChecksum, keysSecret } from "./bucket-keys.ts";
import { garageToml } from "./garage-config.ts";
import { accessKey, hexSecret } from "./garage-key.ts";
import { files, garagePod, serverKeys, setupInputs, setupPod, setupWorkload } from "./garage-pod.ts";
import { setupScript } from "./garage-setup.ts";

export interface GarageArgs {
  readonly images: ImageSource;
  readonly config: GarageConfig;
  /** Every bucket that somebody will ask for; those of the stack file are added. Each gets a key that opens it and no other. */
  readonly buckets: readonly string[];
  /** Who may read and write objects: namespaces or workloads. Default: nobody. */
  readonly clients?: readonly Peer[];
}

/** The server waits for the API server and its image; a bucket's handle waits for the Job that makes the buckets. */
export class Garage extends Component implements ObjectStoreHandle {
  readonly namespace = namespaces.storage;
  /** http://host:port of the S3 API, inside the cluster. */
  readonly endpoint = `http://${host(services.garage, namespaces.storage)}:${ports.garageS3}`;
  readonly #keys: BucketKeys;
  /** Waits until layout, keys and buckets exist. */
  readonly #ready: pulumi.Output<string>;

  constructor(name: string, args: GarageArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "Garage", name, options);
    const { config } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const namespace = createNamespace(name, { name: namespaces.storage }, child);
    const own = (suffix: string) => metadata(`${services.garage}-${suffix}`, namespace, { workload: services.garage });

    const secrets = { parent: new GeneratedSecrets("platform", name) };
    this.#keys = bucketKeys([args.buckets, config.buckets], (bucket) => accessKey(`${name}-key-${bucket}`, secrets));
    const buckets = [...this.#keys.keys()];
    const secret = new Secret(
      `${name}-server`,
      {
        metadata: own("server"),
        stringData: {
          [serverKeys.rpcSecret]: hexSecret(`${name}-rpc-secret`, 64, secrets),
          [serverKeys.adminToken]: hexSecret(`${name}-admin-token`, 64, secrets),
        },
      },
      child,
    ).metadata.name;
    const keys = keysSecret(`${name}-keys`, { metadata: own("keys"), keys: this.#keys }, child);
    const toml = garageToml();
    const configMap = new ConfigMap(
      name,
      { metadata: metadata(services.garage, namespace), data: { [files.config]: toml, [files.setup]: setupScript } },
      child,
    ).metadata.name;

    const claim = (volume: string, storage: string) => ({
      metadata: { name: volume },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
    });
    const headless = `${services.garage}-headless`;
    createDataServer(
      name,
      {
        workload: services.garage,
        namespace,
        serviceName: headless,
        pod: garagePod({ image: args.images.reference("garage"), configMap, secret, checksum: checksum(toml) }),
        claims: [claim("meta", config.metadataStorage), claim("data", config.capacity)],
      },
      child,
    );
    const annotations = skipAwait;
    new Service(
      name,
      {
        metadata: metadata(services.garage, namespace, { annotations }),
        spec: {
          selector: selector(services.garage),
          ports: [{ name: "s3", port: ports.garageS3, targetPort: ports.garageS3 }],
        },
      },
      child,
    );
    new Service(
      `${name}-headless`,
      {
        metadata: metadata(headless, namespace, { workload: services.garage, annotations }),
        spec: {
          clusterIP: "None",
          // The setup Job makes the server ready, so it must reach it before it is.
          publishNotReadyAddresses: true,
          selector: selector(services.garage),
          ports: [{ name: "admin", port: ports.garageAdmin, targetPort: ports.garageAdmin }],
        },
      },
      child,
    );

    const work = { capacityBytes: bytes(config.capacity), buckets };
    this.#ready = setupJob(
      `${name}-setup`,
      {
        namespace,
        workload: setupWorkload,
        inputs: setupInputs(work),
        pod: setupPod({
          ...work,
          image: args.images.reference("busybox"),
          configMap,
          secret,
          keysSecret: keys,
          server: host(headless, namespaces.storage),
          checksum: keysChecksum(this.#keys),
        }),
      },
      child,
    ).metadata.name;

    const setup: Peer = { namespace: this.namespace, workload: setupWorkload };
    const prometheus: Peer = { namespace: namespaces.observability, workload: services.prometheus };
    const ingress = [
      ...(args.clients ? [{ peers: args.clients, ports: [ports.garageS3] }] : []),
      { peers: [setup, prometheus], ports: [ports.garageAdmin] },
    ];
    allowFlows(name, { namespace, workload: services.garage, flows: { ingress } }, child);
    const egress = [{ peers: [{ namespace: this.namespace, workload: services.garage }], ports: [ports.garageAdmin] }];
    allowFlows(`${name}-setup`, { namespace, workload: setupWorkload, flows: { egress } }, child);
    this.registerOutputs({ endpoint: this.endpoint, namespace: this.namespace, buckets });
  }

  /** @throws UserError for a bucket that it was not constructed with. */
  bucket(name: string): BucketByKey {
    const key = keyOfBucket(this.#keys, name);
    return {
      access: "key",
      endpoint: this.endpoint,
      region: s3Region,
      bucket: this.#ready.apply(() => name),
      egress: [{ peers: [{ namespace: this.namespace, workload: services.garage }], ports: [ports.garageS3] }],
      accessKeyId: key.id,
      secretAccessKey: key.secret,
    };
  }
}
