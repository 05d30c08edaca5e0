// A local cluster as one Command: created, kept and deleted by tools/cluster.ts, with everything above it thrown away together with it.
import { Command } from "@pulumi/command/local/command.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../../lib/component.ts";
import { createProvider } from "./provider.ts";
import type { ClusterSpec } from "./spec.ts";

export interface LocalClusterArgs {
  readonly spec: ClusterSpec;
}

/** What tools/cluster.ts prints. */
interface Output {
  readonly kubeconfig: string;
}

/** Replaces the shell, so that ending the command ends the program and not just its parent. */
const script = (action: "create" | "update" | "delete"): string => `exec node tools/cluster.mjs ${action}`;

export class LocalCluster extends Component {
  readonly provider: Provider;
  /** Secret. Waits for the API server. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Waits for the API server. Another value is another cluster. */
  readonly ready: pulumi.Output<string>;
  /** For everything that goes when the cluster goes. */
  readonly lifecycle: Command;

  constructor(name: string, args: LocalClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cluster", "LocalCluster", name, opts);
    const { spec } = args;
    this.lifecycle = new Command(
      `${name}-lifecycle`,
      {
        create: script("create"),
        update: script("update"),
        delete: script("delete"),
        stdin: JSON.stringify(spec),
        triggers: [spec.hash, spec.incarnation],
        // Its output is a kubeconfig: neither shown nor handed down to the next command's environment.
        logging: "none",
        addPreviousOutputInEnv: false,
      },
      {
        parent: this,
        // Both clusters would want the same name and the same ports.
        deleteBeforeReplace: true,
        additionalSecretOutputs: ["stdout", "stderr"],
        customTimeouts: { create: "45m", update: "30m", delete: "10m" },
      },
    );
    this.kubeconfig = pulumi.secret(this.lifecycle.stdout.apply((text) => (JSON.parse(text) as Output).kubeconfig));
    this.ready = this.lifecycle.id;
    this.provider = createProvider(
      `${name}-provider`,
      { kubeconfig: this.kubeconfig, identity: this.lifecycle.id },
      { parent: this, deletedWith: this.lifecycle },
    );
    this.registerOutputs({ name: spec.name });
  }
}
