// A cluster that somebody else made: its kubeconfig is read when the program starts, and nothing is ever deleted with it.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { ExistingConfig } from "../../config/schema.ts";
import { Component } from "../../lib/component.ts";
import { UserError } from "../../lib/errors.ts";
import { type OneContext, oneContext } from "./kubeconfig.ts";
import { createProvider } from "./provider.ts";

/** Absolute path of the kubeconfig; ~ is the home folder. */
export const kubeconfigPath = (path: string, home = homedir()): string =>
  path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : resolve(path);

/**
 * Reads the chosen context.
 *
 * @throws UserError for a file that is not there, and for a context that is not in it, with those that are.
 */
export const readExisting = (config: Pick<ExistingConfig, "kubeconfig" | "context">): OneContext => {
  const file = kubeconfigPath(config.kubeconfig);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : (error as Error).message;
    throw new UserError(`The kubeconfig ${file} (cluster.kubeconfig in the stack file) cannot be read: ${reason}.`);
  }
  return oneContext(text, config.context, { file, folder: dirname(file), read: (path) => readFileSync(path) });
};

export interface ExistingClusterArgs {
  readonly context: OneContext;
}

export class ExistingCluster extends Component {
  readonly provider: Provider;
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cluster", "ExistingCluster", name, opts);
    this.kubeconfig = pulumi.secret(args.context.kubeconfig);
    this.provider = createProvider(
      `${name}-provider`,
      { kubeconfig: this.kubeconfig, identity: args.context.identity },
      { parent: this },
    );
    this.registerOutputs({ server: args.context.server });
  }
}
