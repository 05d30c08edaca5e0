// What apps say of secrets that somebody else keeps, against what the stack brings in.
import type { Issue } from "./issue.ts";
import { nearest } from "./nearest.ts";
import type { Config } from "./schema.ts";

const unknown = (what: string, name: string, where: string, known: readonly string[]): string => {
  const guess = nearest(name, known);
  return `Unknown ${what} "${name}". ${guess ? `Did you mean "${guess}"? ` : ""}${where}: ${known.join(", ") || "none"}`;
};

export const secretsIssues = (config: Partial<Config>, present: ReadonlySet<string>): Issue[] => {
  const { secrets, apps } = config;
  const issues: Issue[] = [];
  if (secrets && apps && Object.keys(apps).length === 0)
    issues.push({
      path: ["secrets"],
      message:
        "Secrets are brought into the namespace of the apps, and the stack has none. Add strata:apps, or remove it",
    });
  // A section with mistakes of its own says enough.
  if (present.has("secrets") && !secrets) return issues;
  const items = secrets?.items ?? {};
  for (const [app, { secrets: read, env }] of Object.entries(apps ?? {})) {
    for (const [variable, reference] of Object.entries(read)) {
      const path = ["apps", app, "secrets", variable];
      const slash = reference.indexOf("/");
      const [item, key] = [reference.slice(0, slash), reference.slice(slash + 1)];
      const found = items[item];
      if (!secrets)
        issues.push({
          path,
          message: "There is nothing to read it from. Add strata:secrets with kind: external-secrets",
        });
      else if (!found)
        issues.push({ path, message: unknown("item", item, "Declared under secrets.items", Object.keys(items)) });
      else if (!(key in found.keys))
        issues.push({ path, message: unknown("key", key, `Keys of secrets.items.${item}`, Object.keys(found.keys)) });
      if (variable in env)
        issues.push({ path, message: `${variable} is set under env as well. Remove one of the two` });
    }
    // An app's own Secret has the app's name.
    if (app in items)
      issues.push({
        path: ["secrets", "items", app],
        message: `The name is the app's. Name the item otherwise, for example "${app}-external"`,
      });
  }
  return issues;
};
