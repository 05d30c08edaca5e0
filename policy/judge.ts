// Judges resources of a plan by a rule. Pure: what runs it brings the resources and the exceptions.
import {
  containersOf,
  isObject,
  kindOf,
  type PlannedObject,
  placeOf,
  podOf,
  type ServiceSpec,
  workloadOf,
} from "./rules/objects.ts";
import type { PlanRule } from "./rules/types.ts";

export interface Violation {
  readonly rule: string;
  readonly urn: string;
  /** `namespace/name`. */
  readonly place: string;
  /** Name of the container, where it is one's fault. */
  readonly container?: string;
  readonly says: string;
  readonly next?: string;
}

export interface Bench {
  /** Reason why a rule does not hold for a place; undefined where it does. */
  readonly excused: (rule: PlanRule, place: string) => string | undefined;
  /** Whether an error says that a value is not known yet: then nothing can be said of it. Default: none does. */
  readonly isUnknown?: (error: unknown) => boolean;
}

/** Only what the rule itself excepts. */
export const builtIn: Bench = { excused: (rule, place) => rule.except[place] };

const kept = (bench: Bench, holds: () => boolean): boolean => {
  try {
    return holds();
  } catch (error) {
    if (bench.isUnknown?.(error)) return true;
    throw error;
  }
};

type Fault = Pick<Violation, "container" | "says" | "next">;

const broken = (
  bench: Bench,
  demand: Pick<Violation, "says" | "next">,
  holds: () => boolean,
  container?: string,
): readonly Fault[] =>
  kept(bench, holds)
    ? []
    : [
        {
          says: demand.says,
          ...(demand.next !== undefined && { next: demand.next }),
          ...(container !== undefined && { container }),
        },
      ];

const faults = (
  bench: Bench,
  rule: PlanRule,
  object: PlannedObject,
  all: readonly PlannedObject[],
): readonly Fault[] => {
  switch (rule.of) {
    case "objects":
      return rule.objects.flatMap((demand) => broken(bench, demand, () => demand.holds(object)));
    case "stack":
      return rule.stack.flatMap((demand) => broken(bench, demand, () => demand.holds(object, all)));
    case "services": {
      if (kindOf(object) !== "Service") return [];
      const spec = (object.inputs["spec"] ?? {}) as ServiceSpec;
      return rule.services.flatMap((demand) => broken(bench, demand, () => demand.holds(spec)));
    }
    case "pods": {
      const pod = podOf(object)?.spec;
      if (pod === undefined) return [];
      return [
        ...containersOf(pod).flatMap((container) =>
          rule.containers.flatMap((demand) =>
            broken(bench, demand, () => demand.holds(container, pod), container.name),
          ),
        ),
        ...rule.pods.flatMap((demand) => broken(bench, demand, () => demand.holds(pod))),
      ];
    }
  }
};

/**
 * What an object breaks of a rule. An excuse is asked for only where there is something to excuse.
 *
 * @param all the objects of the whole stack, for a rule that needs to see them.
 */
export const judge = (
  rule: PlanRule,
  object: PlannedObject,
  all: readonly PlannedObject[],
  bench: Bench = builtIn,
): readonly Violation[] => {
  if (!isObject(object.type)) return [];
  try {
    const found = faults(bench, rule, object, all);
    if (found.length === 0) return [];
    const place = placeOf(object);
    return bench.excused(rule, rule.of === "pods" ? workloadOf(object) : place) !== undefined
      ? []
      : found.map((fault) => ({ rule: rule.name, urn: object.urn, place, ...fault }));
  } catch (error) {
    // The whole of it is not known yet: its spec, or the list of its containers.
    if (bench.isUnknown?.(error)) return [];
    throw error;
  }
};

/** One line: where, what, and the next step. */
export const sentence = ({ place, container, says, next, rule }: Violation): string =>
  `${place}${container === undefined ? "" : `, container ${container}`}: ${says}. ${next === undefined ? "" : `${next}. `}[${rule}]`;
