// The class of volumes that claims get by default: encrypted, in the zone of their pod, growing on demand.
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../lib/component.ts";
import { labels } from "../../../names.ts";

export interface StorageArgs {
  /** Name of the volumes' driver. Waits for it: on deletion the driver outlives the volumes. */
  readonly driver: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
}

export const storageClassName = "gp3";

export class Storage extends Component {
  /** Name of the class. Waits for it. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, { driver, keyArn }: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "Storage", name, options);
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
    this.ready = storage.metadata.name;
    this.registerOutputs({});
  }
}
