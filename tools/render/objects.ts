// The Kubernetes objects of a plan that GitOps could deliver: those of the layers above the network, with where they belong.
import type { Layer } from "../../lib/component.ts";
import type { Plan, Registration } from "../plan/record.ts";

/** Layers 1 and 2 stay with Pulumi: without them there is no cluster that GitOps could run in. */
const rendered: readonly Layer[] = ["platform", "apps"];

export interface PlannedObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Name of the folder: that of the component which the object is a child of. What is delivered together waits together. */
  readonly component: string;
  readonly resource: Registration;
}

interface Place {
  readonly urn: string;
  readonly name: string;
  readonly layer: string;
}

const componentType = /^strata:(\w+):/;

/** The component of a resource: the first one on the way up to the stack. */
const placeOf = (resource: Registration, byUrn: ReadonlyMap<string, Registration>): Place | undefined => {
  for (let next = byUrn.get(resource.parent); next !== undefined; next = byUrn.get(next.parent)) {
    const layer = componentType.exec(next.type)?.[1];
    if (layer !== undefined) return { urn: next.urn, name: next.name, layer };
  }
  return undefined;
};

/** The class in Pulumi's type: Deployment of `kubernetes:apps/v1:Deployment`. */
export const className = ({ type }: Registration): string => type.slice(type.lastIndexOf(":") + 1);

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** All Kubernetes objects of layers 3 and 4, whoever delivers them. */
export const plannedObjects = (plan: Plan): PlannedObject[] => {
  const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const found = plan.resources.flatMap((resource) => {
    if (!resource.custom || !resource.type.startsWith("kubernetes:")) return [];
    const place = placeOf(resource, byUrn);
    return place && (rendered as readonly string[]).includes(place.layer) ? [{ resource, place }] : [];
  });
  const components = new Map(found.map(({ place }) => [place.urn, place]));
  const isTaken = (place: Place): boolean =>
    [...components.values()].some(({ urn, name }) => urn !== place.urn && name === place.name);
  return found.map(({ resource, place }) => {
    const metadata = (resource.inputs["metadata"] ?? {}) as Readonly<Record<string, unknown>>;
    return {
      kind: text(resource.inputs["kind"]) ?? className(resource),
      namespace: text(metadata["namespace"]) ?? text(resource.inputs["namespace"]),
      name: text(metadata["name"]) ?? text(resource.inputs["name"]) ?? resource.name,
      // An app may be called like a service of the platform.
      component: isTaken(place) ? `${place.layer}-${place.name}` : place.name,
      resource,
    };
  });
};
