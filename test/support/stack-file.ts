// Reads a committed stack file the way the engine hands it to the program: one JSON string per structured key.
import { readFileSync } from "node:fs";
import { engineConfig } from "../../tools/plan/config.ts";

const root = new URL("../../", import.meta.url);

/** Full key (`strata:cluster`) to its JSON. */
export const stackConfig = (stack: string): Record<string, string> => {
  const file = `Pulumi.${stack}.yaml`;
  return engineConfig(file, readFileSync(new URL(file, root), "utf8")).config;
};

/** Section name to its JSON, for parseConfig. */
export const stackSections = (stack: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(stackConfig(stack))
      .filter(([key]) => key.startsWith("strata:"))
      .map(([key, value]) => [key.slice("strata:".length), value]),
  );
