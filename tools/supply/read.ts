// What this checkout is made of: its lock file, and the go.mod of each group of tools.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../toolchain/paths.ts";
import { type Group, groupOf } from "./go.ts";
import { type Package, packagesOf } from "./lock.ts";

export const npmPackages = (): readonly Package[] =>
  packagesOf(readFileSync(join(repository, "package-lock.json"), "utf8"));

export const goGroups = (): readonly Group[] => {
  const folder = join(repository, "tools", "go");
  return readdirSync(folder)
    .sort()
    .map((name) => groupOf(name, readFileSync(join(folder, name, "go.mod"), "utf8")));
};
