// Writing objects: create only what is not there, update by server-side apply, preview by dry run.
import { at, containsUnknown, stringAt } from "../rpc/values.ts";
import { ApiError, isNotFound } from "./client.ts";
import { type Cluster, placeOf } from "./cluster.ts";
import { NoSuchKind } from "./discovery.ts";
import { appliedBy, isUnmanaged, takeOver } from "./field-managers.ts";
import { identityOf, type KubeObject, nameOf, withMetadata } from "./object.ts";

export interface Operation {
  readonly urn: string;
  readonly cluster: Cluster;
  /** Normalised inputs. */
  readonly inputs: KubeObject;
  /** Field manager of the resource. */
  readonly manager: string;
  /** Take fields over from other managers. */
  readonly force: boolean;
  /** Apply over an object that exists already. */
  readonly upsert: boolean;
  /** The resource has no state: an object that its own manager applied was left by a killed run. */
  readonly mayAdopt: boolean;
  readonly signal: AbortSignal;
  readonly status: (text: string) => void;
}

const retryDelaysMs = [500, 1_000, 2_000, 4_000, 8_000, 16_000];

const alreadyExists = (object: KubeObject): string =>
  `${identityOf(object).kind} "${nameOf(object)}" already exists\n\n` +
  "The resource already exists in the cluster. Choose one:\n" +
  "  - renamed in the program: give the resource an alias with its old name\n" +
  "  - made by someone else: adopt it with `pulumi import`, or delete it\n" +
  "  - to be taken over on purpose: set upsertExistingObjects on the provider";

const isDefinition = (object: KubeObject): boolean => identityOf(object).kind === "CustomResourceDefinition";

/** Namespaces and definitions may be a moment late, so "not found" is tried again. */
const withRetries = async <T>(operation: Operation, work: () => Promise<T>): Promise<T> => {
  for (const [attempt, delay] of retryDelaysMs.entries()) {
    try {
      return await work();
    } catch (error) {
      if (!isNotFound(error) && !(error instanceof NoSuchKind)) throw error;
      operation.status(`Retry #${attempt}; creation failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    const end = performance.now() + delay;
    while (performance.now() < end && !operation.signal.aborted)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (operation.signal.aborted) break;
  }
  return work();
};

/** Fails if the object exists, unless a killed run of this very resource left it. */
export const createObject = (operation: Operation): Promise<KubeObject> =>
  withRetries(operation, async () => {
    const { cluster, inputs, manager } = operation;
    const live = await cluster.get(placeOf(inputs));
    if (live && !operation.upsert && !(operation.mayAdopt && appliedBy(live, manager)))
      throw new Error(alreadyExists(inputs));
    if (live && stringAt(live, "metadata", "deletionTimestamp") !== undefined) {
      throw new Error(`${identityOf(inputs).kind} "${nameOf(inputs)}" is being deleted: try again when it is gone`);
    }
    return cluster.apply(inputs, { manager, force: true, dryRun: false });
  });

const write = async (operation: Operation, live: KubeObject, dryRun: boolean): Promise<KubeObject> => {
  const { cluster, inputs, manager } = operation;
  if (isDefinition(inputs)) {
    const version = at(live, "metadata", "resourceVersion");
    return cluster.replace(withMetadata(inputs, "resourceVersion", version), { manager, dryRun });
  }
  const managedFields = takeOver(live, manager);
  if (managedFields && !dryRun) await cluster.setManagedFields(live, managedFields);
  const force = operation.force || isUnmanaged(live) || (dryRun && managedFields !== undefined);
  return cluster.apply(inputs, { manager, force, dryRun });
};

/** Throws if the object is gone: a refresh tells the engine so. */
export const updateObject = async (operation: Operation, old: KubeObject): Promise<KubeObject> => {
  const live = await operation.cluster.get(placeOf(old));
  if (!live) {
    throw new Error(
      `${identityOf(old).kind} "${nameOf(old)}" not found: it was deleted outside of Pulumi, run \`pulumi refresh\` first`,
    );
  }
  return write(operation, live, false);
};

/** Errors of a dry run that say nothing about the real one: what is missing now may be there by then. */
const saysNothing = (error: unknown): boolean => {
  if (error instanceof NoSuchKind) return true;
  if (!(error instanceof ApiError)) return false;
  if ([403, 404, 409].includes(error.code)) return true;
  // The object to be replaced is still there.
  return /immutable|updates to .* are forbidden|may not (be )?change|cannot (be )?change|does not support dry run/i.test(
    error.message,
  );
};

/** The object as a dry run returns it; undefined where only the real run can tell. */
export const previewObject = async (operation: Operation, old?: KubeObject): Promise<KubeObject | undefined> => {
  const { cluster, inputs, manager } = operation;
  if (containsUnknown(inputs)) return undefined;
  try {
    const live = old && (await cluster.get(placeOf(old)));
    if (old && !live) return undefined;
    const object = live
      ? await write(operation, live, true)
      : await cluster.apply(inputs, { manager, force: true, dryRun: true });
    if (live) return object;
    // An empty status would be taken for the real one by programs that read it.
    const { status: _status, ...rest } = object;
    return rest;
  } catch (error) {
    if (saysNothing(error)) return undefined;
    throw error;
  }
};
