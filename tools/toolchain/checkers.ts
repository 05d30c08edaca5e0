// Programs that only the tests run: the folders of tools/go that are no part of the catalogue.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { catalogue, type ToolName, toolOf } from "./catalogue.ts";
import { repository } from "./paths.ts";

export function checkers(): readonly string[] {
  const folder = join(repository, "tools", "go");
  const used = new Set((Object.keys(catalogue) as ToolName[]).map((name) => toolOf(name).source?.group));
  // Built together with the Pulumi CLI.
  used.add("nodehost");
  return readdirSync(folder)
    .filter((name) => !used.has(name) && existsSync(join(folder, name, "go.mod")))
    .sort();
}
