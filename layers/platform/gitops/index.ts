// GitOps: an engine, a repository at one commit, and a delivery for each component that is handed over, when its turn has come.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import type { GitOpsConfig } from "../../../config/schema.ts";
import { Component } from "../../../lib/component.ts";
import { secondsOf } from "../../../lib/duration.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import type { GitOpsFacts } from "./delivered.ts";
import { application, gitRepository, kustomization, type Manifest, type Source } from "./delivery.ts";
import { GitOpsEngine, repositorySecret } from "./engine.ts";
import { GitServer } from "./git-server.ts";
import { createHandOver, type HandOver } from "./hand-over.ts";

export type { GitOpsFacts } from "./delivered.ts";

export interface GitOpsArgs {
  /** Name of the stack file. */
  readonly stack: string;
  readonly cluster: ClusterHandle;
  readonly config: GitOpsConfig;
  readonly facts: GitOpsFacts;
  /** Secrets of the repository, as far as they are set. */
  readonly login: {
    readonly token: pulumi.Output<string> | undefined;
    readonly sshKey: pulumi.Output<string> | undefined;
  };
}

/** An engine that delivers nothing of the stack. */
export interface Engine {
  readonly url: string | undefined;
  readonly credentials: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** Waits for it. */
  readonly namespace: pulumi.Output<string>;
}

export interface GitOps {
  /** For layers 3 and 4: what they make in it is handed over. */
  readonly cluster: ClusterHandle;
  readonly url: string | undefined;
  readonly credentials: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** To be called when layers 3 and 4 are built. Throws a UserError where the rendered folder is not what they came to. */
  deliver(): void;
}

type Remote = Extract<GitOpsConfig["source"], { kind: "remote" }>;

/** The login that a repository needs; undefined where it needs none. That it is set was seen to when the stack file was read. */
const loginOf = ({ auth, knownHosts }: Remote, { token, sshKey }: GitOpsArgs["login"]) => {
  if (auth === "none") return undefined;
  if (auth === "token" && token) return { token };
  if (auth === "ssh" && sshKey && knownHosts !== undefined) return { sshKey, knownHosts };
  throw new Error(`no secret for auth ${auth} of the repository`);
};

/** A delivery waits this much longer than its engine does, so that the engine's own reason is what is told. */
const marginSeconds = 60;

class Deliveries extends Component {
  constructor(
    name: string,
    args: GitOpsArgs & { readonly engine: GitOpsEngine; readonly handOver: HandOver },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("platform", "Deliveries", name, options);
    const { config, engine } = args;
    const child = { parent: this };
    const source = this.#source(name, args);
    // On simulated nodes no engine runs: its objects are made, and nobody ever says that they are ready.
    const isAwaited = !args.cluster.simulated;
    const timeout = `${secondsOf(config.timeout) + marginSeconds}s`;
    const make = (resource: string, { metadata, ...manifest }: Manifest, dependsOn: readonly pulumi.Resource[]) =>
      new CustomResource(
        resource,
        { ...manifest, metadata: { ...metadata, namespace: engine.ready.apply(() => metadata.namespace) } },
        { ...child, dependsOn: [...dependsOn], customTimeouts: { create: timeout, update: timeout } },
      );

    const repository = config.kind === "flux" ? [make(`${name}-source`, gitRepository(source, isAwaited), [])] : [];
    for (const [component, resources] of args.handOver.components())
      make(
        `${name}-${component}`,
        config.kind === "flux"
          ? kustomization(component, source, config.timeout, isAwaited)
          : application(component, source, isAwaited),
        // All that the component's own resources wait for: images, credentials, buckets.
        [...repository, ...resources],
      );
    this.registerOutputs({});
  }

  #source(
    name: string,
    { cluster, config, engine, facts, login }: GitOpsArgs & { readonly engine: GitOpsEngine },
  ): Source {
    const { path } = facts;
    if (config.source.kind === "remote") {
      const { url, revision } = config.source;
      const found = loginOf(config.source, login);
      if (!found) return { url, revision, path };
      const secret = repositorySecret(
        `${name}-repository`,
        { engine, kind: config.kind, url, login: found },
        { parent: this },
      );
      return { url: secret.metadata.name.apply(() => url), revision, path, secret: "repository" };
    }
    if (facts.files === undefined) throw new Error("nobody read the files of the commit");
    const server = new GitServer(
      `${name}-git-server`,
      {
        images: cluster.images,
        namespace: engine.namespace,
        namespaceName: engine.namespaceName,
        files: facts.files,
      },
      { parent: this },
    );
    return { url: server.url, revision: server.revision, path };
  }
}

/** The engine alone, for Applications of its users. */
export const createEngine = (cluster: ClusterHandle, kind: GitOpsConfig["kind"], edgeUrl: string | undefined): Engine =>
  // Which repositories its users' Applications read is in no stack file.
  new GitOpsEngine("gitops", { cluster, kind, ssh: true, ...(edgeUrl !== undefined && { edgeUrl }) }, cluster.options);

export const createGitOps = (args: GitOpsArgs): GitOps => {
  const { cluster, config } = args;
  const { source } = config;
  const engine = new GitOpsEngine(
    "gitops",
    {
      cluster,
      kind: config.kind,
      ssh: source.kind === "remote" && source.auth === "ssh",
      ...(source.kind === "remote" && source.knownHosts !== undefined && { knownHosts: source.knownHosts }),
    },
    cluster.options,
  );
  const handOver = createHandOver(args.stack, args.facts, cluster);
  return {
    cluster: { ...cluster, options: handOver.options },
    url: engine.url,
    credentials: engine.credentials,
    deliver: () => void new Deliveries("deliveries", { ...args, engine, handOver }, cluster.options),
  };
};
