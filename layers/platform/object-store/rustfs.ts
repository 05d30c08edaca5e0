// RustFS: an S3 store of one node, with a bucket, a user and a policy of its own for each that asked.
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import type { RustFsConfig } from "../../../config/schema.ts";
import { Component } from "../../../lib/component.ts";
import { createDataServer } from "../../../lib/data-server.ts";
import { GeneratedSecrets } from "../../../lib/generated-secrets.ts";
import type { BucketByKey, ImageSource, ObjectStoreHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows, type Peer } from "../../../lib/network-policy.ts";
import { setupJob } from "../../../lib/setup-job.ts";
import { checksum, dataClaim, metadata, selector, skipAwait } from "../../../lib/workload.ts";
import { host, namespaces, ports, services } from "../../../names.ts";
import { type BucketKeys, bucketKeys, keyOfBucket, keysChecksum, keysSecret } from "./bucket-keys.ts";
import { type AccessKey, hexSecret } from "./garage-key.ts";
import {
  rootKeys,
  rustFsPod,
  rustFsRegion,
  rustFsSetupInputs,
  rustFsSetupPod,
  rustFsSetupWorkload,
  setupFile,
} from "./rustfs-pod.ts";
import { rustFsSetupScript } from "./rustfs-setup.ts";

export interface RustFsArgs {
  readonly images: ImageSource;
  readonly config: RustFsConfig;
  /** Every bucket that somebody will ask for; those of the stack file are added. Each gets a user that may use it and no other. */
  readonly buckets: readonly string[];
  /** Who may read and write objects: namespaces or workloads. Default: nobody. */
  readonly clients?: readonly Peer[];
}

/** RustFS takes secrets of 8 to 40 characters, and ids of 3 to 128 (its crate rustfs-policy, auth/credentials). */
const idDigits = 20;
const secretDigits = 40;

/** The server waits for the API server and its image; a bucket's handle waits for the Job that makes the buckets. */
export class RustFs extends Component implements ObjectStoreHandle {
  readonly namespace = namespaces.storage;
  /** http://host:port of the S3 API, inside the cluster. */
  readonly endpoint = `http://${host(services.rustfs, namespaces.storage)}:${ports.rustfsS3}`;
  readonly #keys: BucketKeys;
  /** Waits until buckets, users and policies exist. */
  readonly #ready: pulumi.Output<string>;

  constructor(name: string, args: RustFsArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "RustFs", name, options);
    const { config } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const namespace = createNamespace(name, { name: namespaces.storage }, child);
    const own = (suffix: string) => metadata(`${services.rustfs}-${suffix}`, namespace, { workload: services.rustfs });
    const secrets = { parent: new GeneratedSecrets("platform", name) };
    const key = (of: string): AccessKey => ({
      // The id names the key: no digit of the secret is in it.
      id: pulumi.unsecret(hexSecret(`${name}-${of}-id`, idDigits, secrets)),
      secret: hexSecret(`${name}-${of}-secret`, secretDigits, secrets),
    });

    const root = key("root");
    this.#keys = bucketKeys([args.buckets, config.buckets], (bucket) => key(`key-${bucket}`));
    const buckets = [...this.#keys.keys()];
    const secret = new Secret(
      `${name}-root`,
      { metadata: own("root"), stringData: { [rootKeys.id]: root.id, [rootKeys.secret]: root.secret } },
      child,
    ).metadata.name;
    const keys = keysSecret(`${name}-keys`, { metadata: own("keys"), keys: this.#keys }, child);
    const configMap = new ConfigMap(
      name,
      { metadata: metadata(services.rustfs, namespace), data: { [setupFile]: rustFsSetupScript } },
      child,
    ).metadata.name;

    const headless = `${services.rustfs}-headless`;
    const image = args.images.reference("rustfs");
    createDataServer(
      name,
      {
        workload: services.rustfs,
        namespace,
        serviceName: headless,
        pod: rustFsPod({ image, secret, checksum: root.id.apply((id) => checksum(id)) }),
        claims: [dataClaim(config.capacity)],
      },
      child,
    );
    const service = (resource: string, serviceName: string, spec: Readonly<Record<string, unknown>>) =>
      new Service(
        resource,
        {
          metadata: metadata(serviceName, namespace, { workload: services.rustfs, annotations: skipAwait }),
          spec: {
            ...spec,
            selector: selector(services.rustfs),
            ports: [{ name: "s3", port: ports.rustfsS3, targetPort: ports.rustfsS3 }],
          },
        },
        child,
      );
    service(name, services.rustfs, {});
    service(`${name}-headless`, headless, { clusterIP: "None", publishNotReadyAddresses: true });

    this.#ready = setupJob(
      `${name}-setup`,
      {
        namespace,
        workload: rustFsSetupWorkload,
        inputs: rustFsSetupInputs(buckets),
        pod: rustFsSetupPod({
          image,
          configMap,
          secret,
          keysSecret: keys,
          buckets,
          endpoint: `http://${host(headless, namespaces.storage)}:${ports.rustfsS3}`,
          checksum: keysChecksum(this.#keys),
        }),
      },
      child,
    ).metadata.name;

    const setup: Peer = { namespace: this.namespace, workload: rustFsSetupWorkload };
    const ingress = [{ peers: [...(args.clients ?? []), setup], ports: [ports.rustfsS3] }];
    allowFlows(name, { namespace, workload: services.rustfs, flows: { ingress } }, child);
    allowFlows(`${name}-setup`, { namespace, workload: rustFsSetupWorkload, flows: { egress: this.#egress() } }, child);
    this.registerOutputs({ endpoint: this.endpoint, namespace: this.namespace, buckets });
  }

  #egress(): BucketByKey["egress"] {
    return [{ peers: [{ namespace: this.namespace, workload: services.rustfs }], ports: [ports.rustfsS3] }];
  }

  /** @throws UserError for a bucket that it was not constructed with. */
  bucket(name: string): BucketByKey {
    const key = keyOfBucket(this.#keys, name);
    return {
      access: "key",
      endpoint: this.endpoint,
      region: rustFsRegion,
      bucket: this.#ready.apply(() => name),
      egress: this.#egress(),
      accessKeyId: key.id,
      secretAccessKey: key.secret,
    };
  }
}
