// Takes values that the engine marks as secret out of their envelope: addresses may be in them too.
import type { Plan } from "../../../tools/plan/record.ts";

const mark = "4dabf18193072939515e22adb298388d";

const opened = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(opened);
  if (mark in value) return opened((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, opened(child)]));
};

/** Nothing of it is printed anywhere. */
export const withoutEnvelopes = (plan: Plan): Plan => ({
  ...plan,
  resources: plan.resources.map((resource) => ({
    ...resource,
    inputs: opened(resource.inputs) as Record<string, unknown>,
  })),
});
