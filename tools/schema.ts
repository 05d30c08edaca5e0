// Writes the JSON schemas and docs/configuration.md and docs/licenses.md (npm run schema); --check only says whether they are up to date.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { stackFileSchema } from "../config/json-schema.ts";
import { configurationReference } from "../config/reference.ts";
import { benchJsonSchema, runJsonSchema } from "./report/json-schema.ts";
import { licencePage } from "./supply/page.ts";
import { goGroups, npmPackages } from "./supply/read.ts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const generated = {
  "config/stack.schema.json": json(stackFileSchema()),
  "docs/configuration.md": configurationReference(),
  "docs/licenses.md": licencePage(npmPackages(), goGroups()),
  "docs/schemas/run.schema.json": json(runJsonSchema()),
  "docs/schemas/bench.schema.json": json(benchJsonSchema()),
};

for (const [name, wanted] of Object.entries(generated)) {
  const file = new URL(`../${name}`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(file, wanted);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== wanted) {
    console.error(`${name} is out of date. Run: npm run schema`);
    process.exitCode = 1;
  }
}
