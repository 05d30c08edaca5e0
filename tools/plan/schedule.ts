// When each resource of a plan would start and end, if every one took a given time and nothing but its dependencies held it back. Pure.
import type { Registration } from "./record.ts";

export interface Step {
  readonly name: string;
  readonly type: string;
  readonly urn: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface Schedule {
  /** Every resource, in the order of their starts. */
  readonly steps: readonly Step[];
  /** The chain that the last one to end waited for, from its start. */
  readonly criticalPath: readonly Step[];
  readonly seconds: number;
}

type Node = Pick<Registration, "urn" | "name" | "type" | "custom" | "dependencies" | "provider">;

/**
 * @param seconds how long a resource takes to be created; components take none.
 * @throws Error for a plan whose dependencies form a ring.
 */
export const schedule = (
  plan: { readonly resources: readonly Node[] },
  seconds: (resource: Node) => number,
): Schedule => {
  const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const done = new Map<string, { readonly step: Step; readonly after: Step | undefined }>();
  const open = new Set<string>();

  const place = (resource: Node): Step => {
    const known = done.get(resource.urn);
    if (known) return known.step;
    if (open.has(resource.urn)) throw new Error(`${resource.name} waits for itself`);
    open.add(resource.urn);
    const before = [...resource.dependencies, resource.provider].flatMap((urn) => {
      const found = byUrn.get(urn);
      return found ? [place(found)] : [];
    });
    const after = before.reduce<Step | undefined>(
      (last, step) => (last === undefined || step.endSeconds > last.endSeconds ? step : last),
      undefined,
    );
    const startSeconds = after?.endSeconds ?? 0;
    const { name, type, urn } = resource;
    const step = {
      name,
      type,
      urn,
      startSeconds,
      endSeconds: startSeconds + (resource.custom ? seconds(resource) : 0),
    };
    open.delete(urn);
    done.set(urn, { step, after });
    return step;
  };

  const steps = plan.resources.map(place).sort((a, b) => a.startSeconds - b.startSeconds);
  const criticalPath: Step[] = [];
  let at = steps.reduce<Step | undefined>(
    (last, step) => (last === undefined || step.endSeconds > last.endSeconds ? step : last),
    undefined,
  );
  const total = at?.endSeconds ?? 0;
  for (; at !== undefined; at = done.get(at.urn)?.after) criticalPath.unshift(at);
  return { steps, criticalPath, seconds: total };
};
