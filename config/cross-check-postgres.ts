// What a Postgres cluster needs beside its own section.
import type { Issue } from "./issue.ts";
import type { Config } from "./schema.ts";

export const postgresIssues = (config: Partial<Config>, present: ReadonlySet<string>): Issue[] => {
  const { postgres } = config;
  if (postgres?.kind !== "cloudnative-pg") return [];
  const issues: Issue[] = [];
  const add = (path: readonly string[], message: string) => issues.push({ path: ["postgres", ...path], message });
  if (Object.keys(postgres.databases).length === 0)
    add(
      ["databases"],
      "A cluster is started with its first database, and none is declared. Declare one, for example app: { owner: app }",
    );
  if (postgres.backup.kind === "objectStore" && !present.has("objectStore"))
    add(
      ["backup"],
      "Backups go to the object store. Add strata:objectStore with kind: garage, or set postgres.backup to { kind: none }",
    );
  if (postgres.restore && postgres.backup.kind === "none")
    add(["restore"], "Without postgres.backup there is no bucket to restore from. Set its kind to objectStore");
  if (postgres.restore?.from === postgres.cluster)
    add(
      ["restore", "from"],
      `"${postgres.cluster}" is this cluster's own name, and two can't archive to one folder. Give postgres.cluster a new name, for example "${postgres.cluster}-2"`,
    );
  return issues;
};
