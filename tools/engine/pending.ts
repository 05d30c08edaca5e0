// Operations that a killed run left half-done: how the state is repaired so that the next `up` converges. Pure.

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  /** False or absent for a component. */
  readonly custom?: boolean;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  /** URN and id, with :: between. */
  readonly provider?: string;
  readonly deletedWith?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface PendingOperation {
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
  readonly resource: StateResource;
}

/** What `pulumi stack export` prints, as far as it matters here. */
export interface Deployment {
  readonly manifest?: { readonly version?: string };
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly PendingOperation[];
}

export interface Repair {
  readonly deployment: Deployment;
  /** URNs of objects that may exist or not: to be read from the cluster before the next `up`. */
  readonly adopted: readonly string[];
  /** Operations that were dropped, because running them again does no harm. */
  readonly dropped: readonly PendingOperation[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The kubernetes provider's id of an object: "namespace/name", or the name alone for one without namespace. */
export function kubernetesId(resource: StateResource): string | undefined {
  if (!resource.type.startsWith("kubernetes:") || resource.type.startsWith("kubernetes:helm.sh/")) return undefined;
  const metadata = resource.inputs?.["metadata"];
  if (!isRecord(metadata) || typeof metadata["name"] !== "string") return undefined;
  return typeof metadata["namespace"] === "string" ? `${metadata["namespace"]}/${metadata["name"]}` : metadata["name"];
}

/**
 * Repairs a state with pending operations.
 *
 * An object whose creation was interrupted exists already or not. Created once more it would fail as existing, so it enters
 * the state under its id, and a refresh of just these decides. Updates and deletes stay as they were before: they run again.
 * Everything else that was being created (random values, idempotent commands) is simply created again.
 */
export function repair(deployment: Deployment): Repair {
  const resources = [...(deployment.resources ?? [])];
  const known = new Set(resources.filter((resource) => resource.delete !== true).map(({ urn }) => urn));
  const adopted: string[] = [];
  const dropped: PendingOperation[] = [];
  for (const operation of deployment.pending_operations ?? []) {
    const { resource } = operation;
    const id = operation.type === "creating" && !known.has(resource.urn) ? kubernetesId(resource) : undefined;
    if (id === undefined) {
      dropped.push(operation);
      continue;
    }
    known.add(resource.urn);
    adopted.push(resource.urn);
    resources.push({ ...resource, id, outputs: resource.outputs ?? resource.inputs ?? {} });
  }
  return { deployment: { ...deployment, resources, pending_operations: [] }, adopted, dropped };
}
