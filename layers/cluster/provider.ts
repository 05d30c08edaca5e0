// The one place that makes a Kubernetes provider; default providers are switched off in the stack files.
import { Provider } from "@pulumi/kubernetes/provider.js";
import type * as pulumi from "@pulumi/pulumi";

export interface ProviderArgs {
  /** Secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Changes exactly when the cluster is another one: then everything in it is created anew. New credentials change nothing. */
  readonly identity: pulumi.Input<string>;
}

export const createProvider = (name: string, args: ProviderArgs, options: pulumi.ResourceOptions): Provider =>
  new Provider(
    name,
    {
      kubeconfig: args.kubeconfig,
      clusterIdentifier: args.identity,
      enableServerSideApply: true,
      // Otherwise each change of a ConfigMap or Secret is a new object with a new name, and a restart of all that use it.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      // The default of 50 queries a second held back 90 objects for half of their time.
      kubeClientSettings: { qps: 500, burst: 1000 },
    },
    options,
  );
