// Programs that only the tests run: tools of the catalogue that no stack needs, and folders of tools/go beside the catalogue.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { catalogue, type ToolName, toolOf } from "./catalogue.ts";
import { repository } from "./paths.ts";

/** @param needed tools that stacks need themselves. */
export function checkers(needed: readonly string[]): readonly string[] {
  const names = Object.keys(catalogue) as ToolName[];
  const folder = join(repository, "tools", "go");
  const known = new Set(names.map((name) => toolOf(name).source?.group));
  // Built together with the Pulumi CLI.
  known.add("nodehost");
  const loose = readdirSync(folder).filter((name) => !known.has(name) && existsSync(join(folder, name, "go.mod")));
  return [...names.filter((name) => !needed.includes(name)), ...loose].sort();
}
