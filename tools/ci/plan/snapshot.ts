// What a commit plans, as one file that another commit's plan is compared with. Pure: a plan in, plain data without a secret out.

import { createHash } from "node:crypto";
import { resourceKey } from "../../../layers/platform/gitops/delivered.ts";
import { kindOf } from "../../engine/events.ts";
import type { LayerName } from "../../engine/progress.ts";
import type { Plan, Registration } from "../../plan/record.ts";
import { type Properties, plainObject } from "../../plugins/rpc/values.ts";
import { locator, typesOf } from "../../report/place.ts";
import { isMapping } from "../mapping.ts";

/** Raised when a comparison with an older file would show differences that are none. */
export const snapshotVersion = 1;

export interface PlannedResource {
  readonly urn: string;
  /** Deployment, Bucket. */
  readonly kind: string;
  /** namespace/name of an object of Kubernetes, the program's name of anything else. */
  readonly name: string;
  readonly layer: LayerName;
  /** Outermost component that it is in. */
  readonly component: string;
  /** Who applies it. */
  readonly by: "pulumi" | "gitops";
  readonly protect: boolean;
  /** Inputs; in place of each secret text its digest. */
  readonly inputs: unknown;
}

export interface StackSnapshot {
  readonly stack: string;
  readonly resources: readonly PlannedResource[];
  /** Why the stack can't be planned; then it has no resources. */
  readonly problem?: string;
}

export interface Snapshot {
  readonly version: number;
  readonly stacks: readonly StackSnapshot[];
}

const secretForm = /^\[secret [0-9a-f]{12}\]$/;

/** Whether a text of a snapshot stands for a secret. */
export const isMasked = (value: unknown): value is string => typeof value === "string" && secretForm.test(value);

const maskAll = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(maskAll);
  if (isMapping(value)) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, maskAll(child)]));
  const digest = createHash("sha256")
    .update(JSON.stringify(value) ?? "")
    .digest("hex");
  return `[secret ${digest.slice(0, 12)}]`;
};

const mask = (value: unknown, secret: ReadonlySet<string>, path: readonly string[] = []): unknown => {
  if (secret.has(path.join("."))) return maskAll(value);
  if (Array.isArray(value)) return value.map((item, index) => mask(item, secret, [...path, String(index)]));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mask(child, secret, [...path, key])]));
};

/** Of a Secret everything counts as one, also what the program did not mark. */
const secretsOf = ({ type, secretPaths }: Pick<Registration, "type" | "secretPaths">): ReadonlySet<string> =>
  new Set([...secretPaths, ...(type === "kubernetes:core/v1:Secret" ? ["data", "stringData"] : [])]);

const nameIn = ({ type, name, inputs }: Pick<Registration, "type" | "name" | "inputs">): string => {
  const metadata = inputs["metadata"];
  if (!type.startsWith("kubernetes:") || !isMapping(metadata) || typeof metadata["name"] !== "string") return name;
  return typeof metadata["namespace"] === "string" ? `${metadata["namespace"]}/${metadata["name"]}` : metadata["name"];
};

/**
 * Resources of a plan, components aside: they have no inputs.
 *
 * @param delivered keys of those that GitOps applies. Default: none.
 */
export const snapshotOf = (
  plan: Pick<Plan, "resources">,
  delivered: ReadonlySet<string> = new Set(),
): PlannedResource[] => {
  const known = typesOf(plan.resources);
  const place = locator(known.parents, known);
  return plan.resources
    .filter(({ custom }) => custom)
    .map((resource) => {
      const { layer = "cluster", component = "" } = place(resource.urn);
      return {
        urn: resource.urn,
        kind: kindOf(resource.type),
        name: nameIn(resource),
        layer,
        component,
        by: delivered.has(resourceKey(resource.type, resource.name)) ? "gitops" : "pulumi",
        protect: resource.protect,
        // The SDK marks what holds a secret as one; only the paths say which part is.
        inputs: mask(plainObject(resource.inputs as Properties), secretsOf(resource)),
      };
    });
};
