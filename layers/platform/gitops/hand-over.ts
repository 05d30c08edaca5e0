// Hands resources over to GitOps: the program registers them as before, but with a provider that writes files instead of asking a cluster.
// So whatever depends on them still finds its values, and what they wait for still holds back the component that they are part of.
import { Provider } from "@pulumi/kubernetes/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../../lib/errors.ts";
import type { ClusterHandle } from "../../../lib/handles.ts";
import { type GitOpsFacts, resourceKey } from "./delivered.ts";

export interface HandOver {
  /** For every component of layers 3 and 4. */
  readonly options: pulumi.ComponentResourceOptions;
  /** Component to its resources: known once the layers are built. Throws a UserError where the rendered folder is not the program's. */
  components(): ReadonlyMap<string, readonly pulumi.Resource[]>;
}

const renderAgain = (stack: string, what: string, keys: readonly string[]): UserError =>
  new UserError(
    `gitops/${stack} is not what the program comes to: it ${what} ${keys.slice(0, 5).join(", ")}${keys.length > 5 ? ` and ${keys.length - 5} more` : ""}.\n` +
      `Run: npm run render ${stack}, and commit what changed`,
  );

export const createHandOver = (
  stack: string,
  facts: Pick<GitOpsFacts, "delivered" | "staying">,
  { options, simulated }: Pick<ClusterHandle, "options" | "simulated">,
): HandOver => {
  // Nobody delivers anything on simulated nodes, so there Pulumi goes on doing it.
  const files = simulated
    ? undefined
    : new Provider(
        "gitops-files",
        // Relative, so that the state is the same on every machine; ignored by Git.
        // The SDK would fill in $KUBECONFIG, which the plugin refuses beside a folder.
        { renderYamlToDirectory: `.strata/gitops/${stack}`, kubeconfig: "", enableServerSideApply: true },
        { ...(options.deletedWith && { deletedWith: options.deletedWith }) },
      );
  const owner = new Map(
    Object.entries(facts.delivered).flatMap(([component, keys]) => keys.map((key) => [key, component] as const)),
  );
  const found = new Map<string, pulumi.Resource>();

  const handOver: pulumi.ResourceTransformation = ({ resource, type, name, props, opts }) => {
    if (!type.startsWith("kubernetes:")) return undefined;
    const key = resourceKey(type, name);
    if (!owner.has(key)) {
      // Before it is made: nobody would know whose it is.
      if (!facts.staying.has(key)) throw renderAgain(stack, "does not know", [key]);
      return undefined;
    }
    found.set(key, resource);
    return files && { props, opts: { ...opts, provider: files } };
  };

  return {
    options: { ...options, transformations: [...(options.transformations ?? []), handOver] },
    components: () => {
      const gone = [...owner.keys()].filter((key) => !found.has(key));
      if (gone.length > 0) throw renderAgain(stack, "has what is no more:", gone);
      const components = new Map<string, pulumi.Resource[]>();
      for (const [key, resource] of found) {
        const component = owner.get(key) as string;
        components.set(component, [...(components.get(component) ?? []), resource]);
      }
      return components;
    },
  };
};
