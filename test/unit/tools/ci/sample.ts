// Plans and changes to test with.
import type { PlannedResource, Snapshot } from "../../../../tools/ci/plan/snapshot.ts";

export const base = "0123456789abcdef0123456789abcdef01234567";

export const resource = (name: string, inputs: unknown, more: Partial<PlannedResource> = {}): PlannedResource => ({
  urn: `urn:pulumi:s::strata::kubernetes:apps/v1:Deployment::${name}`,
  kind: "Deployment",
  name: `apps/${name}`,
  layer: "apps",
  component: name,
  by: "pulumi",
  protect: false,
  inputs,
  ...more,
});

export const snapshot = (stacks: Readonly<Record<string, readonly PlannedResource[] | string>>): Snapshot => ({
  version: 1,
  stacks: Object.entries(stacks).map(([stack, content]) =>
    typeof content === "string" ? { stack, resources: [], problem: content } : { stack, resources: content },
  ),
});
