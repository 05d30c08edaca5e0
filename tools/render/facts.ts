// What GitOps would deliver of a stack file, without a commit: the division that `npm run render` writes, and a tree that never changes.
import { type GitOpsFacts, resourceKey } from "../../layers/platform/gitops/delivered.ts";
import { renderStack } from "./stack.ts";

export const revision = "0123456789abcdef0123456789abcdef01234567";

export const gitOpsFactsOf = async (stack: string, text: string): Promise<GitOpsFacts> => {
  const { division } = await renderStack({ stack, text });
  const keyOf = ({ type, name }: { type: string; name: string }) => resourceKey(type, name);
  const delivered: Record<string, string[]> = {};
  for (const { component, resource } of division.delivered)
    delivered[component] = [...(delivered[component] ?? []), keyOf(resource)];
  return {
    path: `gitops/${stack}`,
    revision,
    delivered,
    staying: new Set(division.staying.map(({ object }) => keyOf(object.resource))),
    files: new Map([[`gitops/${stack}/kustomization.yaml`, Buffer.from("kind: Kustomization\n")]]),
  };
};
