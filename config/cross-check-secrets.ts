// What apps say of secrets that somebody else keeps, against what the stack brings in.
import { nameBelow } from "../lib/aws/secret-names.ts";
import type { Issue } from "./issue.ts";
import { nearest } from "./nearest.ts";
import { eksOf } from "./on-aws.ts";
import type { Config } from "./schema.ts";

const unknown = (what: string, name: string, where: string, known: readonly string[]): string => {
  const guess = nearest(name, known);
  return `Unknown ${what} "${name}". ${guess ? `Did you mean "${guess}"? ` : ""}${where}: ${known.join(", ") || "none"}`;
};

/** What the login of AWS is, and which names it reads: on EKS those below a prefix, by a role of the controller. */
const awsBackendIssues = ({ secrets, cluster }: Partial<Config>): Issue[] => {
  const backend = secrets?.backend;
  if (backend?.kind !== "aws" || cluster === undefined) return [];
  const path = ["secrets", "backend"];
  const eks = eksOf(cluster);
  if (eks === undefined) {
    const issues: Issue[] = [];
    if (backend.region === undefined)
      issues.push({ path: [...path, "region"], message: 'missing. Give the region of the secrets, "eu-central-1"' });
    if (backend.prefix !== undefined)
      issues.push({
        path: [...path, "prefix"],
        message: "It says what the role may read that strata makes on EKS. Remove the key",
      });
    return issues;
  }
  const given = (["region", "role"] as const).filter((key) => backend[key] !== undefined);
  const issues: Issue[] = given.map((key) => ({
    path: [...path, key],
    message: "On EKS the controller has a role of its own, for secrets of the cluster's region. Remove the key",
  }));
  // Without either, the name follows from the stack's.
  const prefix = backend.prefix ?? eks.name;
  if (prefix === undefined) return issues;
  const below = nameBelow(backend.service, prefix);
  for (const [item, { keys }] of Object.entries(secrets?.items ?? {}))
    for (const [key, { from }] of Object.entries(keys))
      if (!from.startsWith(below))
        issues.push({
          path: ["secrets", "items", item, "keys", key, "from"],
          message: `"${from}" is not below ${below}, which is all that the role may read. Name it ${below}..., or set secrets.backend.prefix`,
        });
  return issues;
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
  issues.push(...awsBackendIssues(config));
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
