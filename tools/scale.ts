// `npm run scale -- 100 500 2000`: programs with that many app resources on the embedded cluster: cold, warm, one change, destroy.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { UserError } from "../lib/errors.ts";
import { openToolchain } from "./command.ts";
import { toolsFor } from "./engine/session.ts";
import { allowed, type Growth, growth, perResourceMs, phases, type Size } from "./scale/judge.ts";
import { measure } from "./scale/measure.ts";
import { openScreen } from "./terminal/live.ts";
import { ensure } from "./toolchain/ensure.ts";
import { repository } from "./toolchain/paths.ts";

const usage = "npm run scale -- [--out FILE] 100 500 2000";

export const sizesOf = (given: readonly string[]): readonly number[] => {
  const sizes = (given.length > 0 ? given : ["100", "500", "2000"]).map(Number);
  // The stack file allows 100 nodes of 110 pods, and an app has three resources.
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 1 || size > 30_000);
  if (wrong !== undefined)
    throw new UserError(`A number of resources is a whole number from 1 to 30000.\nUsage: ${usage}`);
  return sizes;
};

const render = (sizes: readonly Size[], found: readonly Growth[]): string => {
  const table = new Table({
    head: ["asked", "resources", "state", ...phases.map((phase) => `${phase} (per resource)`)],
    style: { head: [], border: [] },
  });
  for (const size of sizes)
    table.push([
      size.asked,
      size.resources,
      `${(size.stateBytes / 1e6).toFixed(1)} MB`,
      ...phases.map((phase) => `${size.seconds[phase].toFixed(1)} s (${perResourceMs(size, phase).toFixed(1)} ms)`),
    ]);
  if (found.length > 0)
    table.push([
      "largest / middle",
      "",
      "",
      ...found.map(({ factor, linear }) => `${factor}${linear ? "" : ` > ${allowed}: NOT LINEAR`}`),
    ]);
  return table.toString();
};

export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { out: { type: "string" } },
    allowPositionals: true,
  });
  const wanted = sizesOf(positionals);
  const screen = await openScreen();
  await ensure(toolsFor("kwok"), openToolchain(screen));
  screen.close();
  const sizes: Size[] = [];
  for (const asked of wanted) sizes.push(await measure(asked, (line) => process.stdout.write(`${line}\n`)));
  const found = growth(sizes);
  const file = values.out === undefined ? resolve(repository, ".strata", "scale.json") : resolve(values.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ allowed, sizes, growth: found }, undefined, 2)}\n`);
  process.stdout.write(`\n${render(sizes, found)}\nThe same as JSON: ${file}\n`);
  return found.every(({ linear }) => linear) ? 0 : 1;
}
