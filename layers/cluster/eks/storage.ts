// The class of volumes that claims get by default: encrypted, in the zone of their pod, growing on demand.
import { Command } from "@pulumi/command/local/command.js";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../lib/component.ts";
import { labels } from "../../../names.ts";
import type { EksEndpoint } from "./kubeconfig.ts";

export interface StorageArgs {
  /** Name of the volumes' driver. Waits for it: on deletion the driver outlives the volumes. */
  readonly driver: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<EksEndpoint>;
}

export const storageClassName = "gp3";

/** Longer than the program waits by itself, which then names the volumes that are left. */
const deleteTimeout = "15m";

export class Storage extends Component {
  /** Name of the class. Waits for it; on deletion, whoever read it goes first, and then the volumes. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "Storage", name, options);
    const { driver, keyArn, endpoint } = args;
    const storage = new StorageClass(
      name,
      {
        metadata: {
          name: storageClassName,
          labels: { [labels.partOf]: "strata", [labels.managedBy]: "pulumi" },
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        provisioner: driver,
        parameters: { type: "gp3", encrypted: "true", kmsKeyId: keyArn },
        // Sooner, and the volume may be in a zone where the pod finds no node.
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
        reclaimPolicy: "Delete",
      },
      { parent: this },
    );
    // A claim is gone before its volume is: a driver that went at once would leave the volume behind, and the bill.
    const volumes = new Command(
      `${name}-volumes-gone`,
      {
        create: "exit 0",
        update: "exit 0",
        delete: "exec node tools/volumes.mjs",
        stdin: pulumi
          .all([endpoint, driver, storage.metadata.name])
          .apply(([cluster, name]) => JSON.stringify({ ...cluster, driver: name })),
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { delete: deleteTimeout } },
    );
    this.ready = volumes.id.apply(() => storageClassName);
    this.registerOutputs({});
  }
}
