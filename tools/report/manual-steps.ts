// The register of what a human still has to do: manual-steps.yaml at the top of the repository, checked.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "../../lib/errors.ts";
import type { ManualStep } from "./record.ts";

export const manualStepsFile = "manual-steps.yaml";

const fields = ["id", "layer", "why", "owner", "remove"] as const;
const layers = ["machine", "cluster", "network", "platform", "apps"];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Checks what the file holds, by hand: every run reads it, and the schema library costs a third of a second. */
export function checkManualSteps(value: unknown): ManualStep[] {
  const list = isRecord(value) ? value["steps"] : undefined;
  if (!Array.isArray(list)) throw new UserError(`${manualStepsFile}: expected a list under "steps"`);
  const mistakes: string[] = [];
  const seen = new Set<unknown>();
  const steps = list.map((entry: unknown, index) => {
    const step = isRecord(entry) ? entry : {};
    const name = typeof step["id"] === "string" ? step["id"] : `step ${index + 1}`;
    for (const field of fields) {
      const text = step[field];
      if (typeof text !== "string" || text.trim() === "") mistakes.push(`${name}: "${field}" must be a text`);
    }
    for (const key of Object.keys(step))
      if (!(fields as readonly string[]).includes(key))
        mistakes.push(`${name}: unknown key "${key}". Allowed: ${fields.join(", ")}`);
    if (typeof step["layer"] === "string" && !layers.includes(step["layer"]))
      mistakes.push(`${name}: layer "${step["layer"]}". Allowed: ${layers.join(", ")}`);
    if (seen.has(step["id"])) mistakes.push(`${name}: the id is there twice`);
    seen.add(step["id"]);
    const text = (field: (typeof fields)[number]): string => String(step[field] ?? "").trim();
    return { id: text("id"), layer: text("layer"), why: text("why"), owner: text("owner"), remove: text("remove") };
  });
  if (mistakes.length > 0) throw new UserError(`${manualStepsFile}:\n${mistakes.map((m) => `  - ${m}`).join("\n")}`);
  return steps;
}

/** Empty where the repository has no such file: a bench also runs commits from before it. */
export function readManualSteps(root: string): ManualStep[] {
  const file = join(root, manualStepsFile);
  if (!existsSync(file)) return [];
  return checkManualSteps(parse(readFileSync(file, "utf8")));
}
