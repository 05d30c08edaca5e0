// A GitOps engine: its namespace, who may talk to whom there, its chart, and the credentials of the repository.
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { GitOpsConfig } from "../../../config/schema.ts";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import { GeneratedSecrets } from "../../../lib/generated-secrets.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowNamespaceFlows } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { metadata, workloadLabels } from "../../../lib/workload.ts";
import { namespaces, nodePorts, services } from "../../../names.ts";
import { argoCdValues } from "./argocd-values.ts";
import { engineFlows } from "./engine-flows.ts";
import { fluxValues } from "./flux-values.ts";

export interface EngineArgs {
  readonly cluster: ClusterHandle;
  readonly kind: GitOpsConfig["kind"];
  /** Whether it reads repositories by ssh. */
  readonly ssh: boolean;
  /** Lines of known_hosts of the repository's server, beside those that the engine knows. */
  readonly knownHosts?: string;
  /** Base URL of its page at the edge. Left out: it is not there. */
  readonly edgeUrl?: string;
}

/** Waits for nothing but the API server and its images. */
export class GitOpsEngine extends Component {
  /** Waits for the namespace, and for nothing in it. */
  readonly namespace: pulumi.Output<string>;
  /** Name of the namespace, known at once. */
  readonly namespaceName: string;
  /** Waits until the engine runs and its kinds are known. */
  readonly ready: pulumi.Output<string>;
  /** Of its pages on the user's machine; undefined where it has none. */
  readonly url: string | undefined;
  /** Secret login of the pages. */
  readonly credentials: Readonly<Record<string, pulumi.Input<string>>> | undefined;

  constructor(
    name: string,
    { cluster, kind, ssh, knownHosts, edgeUrl }: EngineArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("platform", "GitOpsEngine", name, options);
    const child = { parent: this };
    this.namespaceName = namespaces[kind];
    this.namespace = createNamespace(name, { name: this.namespaceName }, child);
    const flows = allowNamespaceFlows(
      `${name}-flows`,
      {
        namespace: this.namespace,
        policy: "engine",
        flows: engineFlows(kind, { nodePorts: cluster.nodePorts, edge: edgeUrl !== undefined, ssh }),
        // It answers, and asks nobody.
        except: services.gitServer,
      },
      child,
    );
    // The chart's first hook talks to the API server: not before it may.
    const namespace = pulumi.all([this.namespace, flows.metadata.name]).apply(([own]) => own);
    if (kind === "flux") {
      const values = fluxValues(chartImage(cluster.images, "flux"));
      const release = createRelease(
        name,
        { name: "flux", chart: cluster.charts.chart("flux"), namespace, values },
        child,
      );
      this.ready = release.status.name;
    } else {
      const secrets = { parent: new GeneratedSecrets("platform", name) };
      const admin = new RandomPassword(`${name}-admin`, { length: 24, special: false }, secrets);
      const values = argoCdValues(chartImage(cluster.images, "argoCd"), {
        nodePorts: cluster.nodePorts,
        adminPasswordHash: admin.bcryptHash,
        edgeUrl,
        knownHosts,
      });
      const release = createRelease(
        name,
        { name: "argocd", chart: cluster.charts.chart("argoCd"), namespace, values },
        child,
      );
      this.ready = release.status.name;
      this.credentials = { user: "admin", password: admin.result };
      this.url = edgeUrl ?? (cluster.nodePorts ? `http://localhost:${nodePorts.argocd}` : undefined);
    }
    this.registerOutputs({});
  }
}

/** The Secret by which an engine reads a repository. Its keys are the engine's own names. */
export const repositorySecret = (
  name: string,
  args: {
    readonly engine: GitOpsEngine;
    readonly kind: GitOpsConfig["kind"];
    readonly url: string;
    readonly login:
      | { readonly token: pulumi.Output<string> }
      | { readonly sshKey: pulumi.Output<string>; readonly knownHosts: string };
  },
  options: pulumi.CustomResourceOptions,
): Secret => {
  const { engine, kind, login, url } = args;
  const password = "token" in login ? { username: "git", password: login.token } : {};
  const keys =
    kind === "flux"
      ? { ...password, ...("sshKey" in login && { identity: login.sshKey, known_hosts: login.knownHosts }) }
      : { type: "git", url, ...password, ...("sshKey" in login && { sshPrivateKey: login.sshKey }) };
  return new Secret(
    name,
    {
      metadata: {
        ...metadata("repository", engine.namespace),
        labels: {
          ...workloadLabels("repository"),
          ...(kind === "argocd" && { "argocd.argoproj.io/secret-type": "repository" }),
        },
      },
      stringData: keys,
    },
    options,
  );
};
