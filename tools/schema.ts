// Writes config/stack.schema.json (npm run schema); with --check it only says whether the file is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { stackFileSchema } from "../config/json-schema.ts";

const file = new URL("../config/stack.schema.json", import.meta.url);
const wanted = `${JSON.stringify(stackFileSchema(), null, 2)}\n`;

if (!process.argv.includes("--check")) writeFileSync(file, wanted);
else if (readFileSync(file, "utf8") !== wanted) {
  console.error("config/stack.schema.json is out of date. Run: npm run schema");
  process.exitCode = 1;
}
