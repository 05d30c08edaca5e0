// The plan of a stack with a mesh, and its objects as the evaluation reads them.
import strata from "../../../index.ts";
import { pathOf } from "../../../tools/charts/chart.ts";
import { type Plan, recordPlan } from "../../../tools/plan/record.ts";
import { objectsOf } from "../kubernetes.ts";
import type { MeshObject } from "./mesh.ts";

/** Sections of a stack file on a kind cluster. */
export const planWith = (
  sections: Readonly<Record<string, unknown>>,
  slow: Record<string, number> = {},
): Promise<Plan> =>
  recordPlan(
    {
      stack: "test",
      slow,
      config: Object.fromEntries(
        Object.entries({ "strata:cluster": { kind: "kind" }, ...sections }).map(([key, value]) => [
          key,
          JSON.stringify(value),
        ]),
      ),
    },
    () => strata({ state: "absent", incarnation: 1 }, async (key) => ({ path: pathOf(key) })),
  );

export const meshObjects = (plan: Plan): MeshObject[] => objectsOf(plan);
