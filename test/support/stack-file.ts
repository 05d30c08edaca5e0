// Reads a stack file the way the engine hands it to the program: one JSON string per structured key.
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);

/** Full key (`strata:cluster`) to its JSON. */
export const stackConfig = (stack: string): Record<string, string> => {
  const file = readFileSync(new URL(`Pulumi.${stack}.yaml`, root), "utf8");
  const { config } = parse(file) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
};

/** Section name to its JSON, for parseConfig. */
export const stackSections = (stack: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(stackConfig(stack))
      .filter(([key]) => key.startsWith("strata:"))
      .map(([key, value]) => [key.slice("strata:".length), value]),
  );
