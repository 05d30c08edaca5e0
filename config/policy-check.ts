// What is said of rules, against the rules and the rest of the stack.
import { planRules } from "../policy/rules/index.ts";
import { images } from "../versions.ts";
import { digestIssues } from "./digests.ts";
import type { Issue } from "./issue.ts";
import { unknown } from "./nearest.ts";
import type { Config } from "./schema.ts";

const names = planRules({ digests: "not asked", loadBalancers: {} }).map(({ name }) => name);

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\/-]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);

const signatureIssues = ({ policy, cluster }: Partial<Config>): Issue[] => {
  if (policy?.kind !== "kyverno" || policy.signatures.length === 0) return [];
  // A rehearsal runs nothing, so nothing is verified there.
  if (cluster?.kind === "kind" || cluster?.kind === "k3d")
    return [
      {
        path: ["policy", "signatures"],
        message: `A signature is of an image in its registry, and on ${cluster.kind} images are loaded into the nodes by their tag: what is verified would not be what runs. Remove the key, or set it in a stack on eks or existing`,
      },
    ];
  const built = Object.values(images).flatMap((image) => ("recipe" in image ? [image.repository] : []));
  return policy.signatures.flatMap((entry, index) =>
    entry.images.flatMap((pattern, at) => {
      const found = built.find((repository) => matches(pattern, repository));
      return found === undefined
        ? []
        : [
            {
              path: ["policy", "signatures", index, "images", at],
              message: `${found} is built here and in no registry, so nobody can be asked for its signature. Leave it out of the pattern`,
            },
          ];
    }),
  );
};

export const policyIssues = (config: Partial<Config>): Issue[] => [
  ...Object.keys(config.policy?.rules ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: ["policy", "rules", name], message: unknown("rule", name, "Allowed", names) })),
  ...signatureIssues(config),
  ...digestIssues(config),
];
