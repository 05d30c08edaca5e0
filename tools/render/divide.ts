// Which objects GitOps delivers and which stay with Pulumi, because they are, hold or depend on something secret.
import { checksumAnnotation } from "../../lib/workload.ts";
import type { Plan } from "../plan/record.ts";
import { className, type PlannedObject, plannedObjects } from "./objects.ts";

export interface Staying {
  readonly object: PlannedObject;
  readonly reason: string;
}

export interface Division {
  readonly delivered: readonly PlannedObject[];
  readonly staying: readonly Staying[];
  /** Delivered workloads whose pods read a Secret at start: a new secret changes nothing in Git, so it restarts none of them. */
  readonly unaware: readonly PlannedObject[];
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Paths at which two values differ. */
export const differences = (a: unknown, b: unknown, path: readonly string[] = []): string[] => {
  if (!isFields(a) || !isFields(b)) return Object.is(a, b) ? [] : [path.join(".")];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .sort()
    .flatMap((key) => differences(a[key], b[key], [...path, key]));
};

const checksumPath = `spec.template.metadata.annotations.${checksumAnnotation}`;

interface Derived {
  readonly object: PlannedObject;
  /** Paths of the values that are others where secrets are others. */
  readonly derived: readonly string[];
}

const reasonToStay = ({ object, derived }: Derived): string | undefined => {
  const { kind, resource } = object;
  // A Helm release, a patch of somebody else's object: what they come to is known to their provider only.
  if (className(resource) !== resource.inputs["kind"]) return "only Pulumi can make it";
  if (kind === "Secret") return "it is a Secret";
  // Pulumi makes Secrets in it before GitOps runs, and one that GitOps prunes takes everything in it along.
  if (kind === "Namespace") return "others are delivered into it";
  if (resource.secretPaths.length > 0) return `it holds a secret: ${resource.secretPaths.join(", ")}`;
  const values = derived.filter((path) => path !== checksumPath);
  if (values.length > 0) return `it depends on a secret: ${values.join(", ")}`;
  // Its pod template can't be changed, and it has to run: it is what brings the secret into the database.
  if (kind === "Job" && derived.length > 0) return "it runs anew with every new secret";
  return undefined;
};

/**
 * Divides the objects of a plan.
 *
 * @param other the plan of the same stack with other secrets: whatever differs from the first depends on one, however it was hashed or cut.
 */
export const divide = (plan: Plan, other: Plan): Division => {
  const others = new Map(other.resources.map((resource) => [resource.urn, resource]));
  const objects = plannedObjects(plan).map((object) => ({
    object,
    derived: differences(object.resource.inputs, others.get(object.resource.urn)?.inputs),
  }));
  const staying = objects.flatMap((derived) => {
    const reason = reasonToStay(derived);
    return reason === undefined ? [] : [{ object: derived.object, reason }];
  });
  const kept = new Set(staying.map(({ object }) => object));
  const delivered = objects.filter(({ object }) => !kept.has(object));
  return {
    delivered: delivered.map(({ object }) => object),
    staying,
    unaware: delivered.filter(({ derived }) => derived.length > 0).map(({ object }) => object),
  };
};
