// What an engine is told, as data: where the manifests are, and one delivery for each component. Ready means applied at that commit, and healthy.
import type * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../../../names.ts";

export interface Source {
  /** Of the repository, as the engine reaches it. Waits until it can be asked. */
  readonly url: pulumi.Input<string>;
  /** 40 hex digits. */
  readonly revision: string;
  /** Folder of the stack in it. */
  readonly path: string;
  /** Name of the Secret with its credentials; undefined where it needs none. */
  readonly secret?: string;
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: string[];
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * @param wait conditions of pulumi.com/waitFor; undefined on a simulated cluster, where no engine runs.
 * The commit among them is also what makes an object change when only the commit did.
 */
const annotations = (wait: readonly string[] | undefined) =>
  wait && { annotations: { "pulumi.com/waitFor": JSON.stringify(wait) } };

const fluxRevision = (revision: string): string => `sha1:${revision}`;

/** Name of the GitRepository. */
export const fluxSource = "platform";

/** Commits don't move: asked for again only to notice a server that is gone. */
const sourceInterval = "10m";
/** How often Flux looks whether somebody changed what it applied. */
const correctionInterval = "5m";

export const gitRepository = (source: Source, isAwaited: boolean): Manifest => ({
  apiVersion: "source.toolkit.fluxcd.io/v1",
  kind: "GitRepository",
  metadata: {
    name: fluxSource,
    namespace: namespaces.flux,
    ...annotations(
      isAwaited
        ? [`jsonpath={.status.artifact.revision}=${fluxRevision(source.revision)}`, "condition=Ready"]
        : undefined,
    ),
  },
  spec: {
    interval: sourceInterval,
    timeout: "60s",
    url: source.url,
    ref: { commit: source.revision },
    ...(source.secret !== undefined && { secretRef: { name: source.secret } }),
  },
});

export const kustomization = (component: string, source: Source, timeout: string, isAwaited: boolean): Manifest => ({
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  metadata: {
    name: component,
    namespace: namespaces.flux,
    ...annotations(
      isAwaited
        ? [`jsonpath={.status.lastAppliedRevision}=${fluxRevision(source.revision)}`, "condition=Ready"]
        : undefined,
    ),
  },
  spec: {
    interval: correctionInterval,
    retryInterval: "15s",
    timeout,
    path: `./${source.path}/${component}`,
    prune: true,
    wait: true,
    sourceRef: { kind: "GitRepository", name: fluxSource },
  },
});

export const application = (component: string, source: Source, isAwaited: boolean): Manifest => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Application",
  metadata: {
    name: component,
    namespace: namespaces.argocd,
    // What a removed component left behind goes with it.
    finalizers: ["resources-finalizer.argocd.argoproj.io"],
    ...annotations(
      isAwaited
        ? [
            `jsonpath={.status.sync.revision}=${source.revision}`,
            "jsonpath={.status.sync.status}=Synced",
            "jsonpath={.status.health.status}=Healthy",
          ]
        : undefined,
    ),
  },
  spec: {
    project: "default",
    source: { repoURL: source.url, targetRevision: source.revision, path: `${source.path}/${component}` },
    destination: { server: "https://kubernetes.default.svc" },
    syncPolicy: {
      automated: { prune: true, selfHeal: true },
      syncOptions: ["ServerSideApply=true"],
      retry: { limit: -1, backoff: { duration: "5s", factor: 2, maxDuration: "1m" } },
    },
  },
});
