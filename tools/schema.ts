// Writes config/stack.schema.json and docs/configuration.md (npm run schema); --check only says whether they are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { stackFileSchema } from "../config/json-schema.ts";
import { configurationReference } from "../config/reference.ts";

const generated = {
  "config/stack.schema.json": `${JSON.stringify(stackFileSchema(), null, 2)}\n`,
  "docs/configuration.md": configurationReference(),
};

for (const [name, wanted] of Object.entries(generated)) {
  const file = new URL(`../${name}`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(file, wanted);
  else if (readFileSync(file, "utf8") !== wanted) {
    console.error(`${name} is out of date. Run: npm run schema`);
    process.exitCode = 1;
  }
}
