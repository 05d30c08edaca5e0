// `npm run ci -- plan --out FILE`: what every stack of this checkout comes to, for a comparison with another commit's.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "../../lib/errors.ts";

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { out: { type: "string" } } });
  if (values.out === undefined) throw new UserError("Usage: npm run ci -- plan --out FILE");
  // Before the first look at Pulumi's SDK, half of whose start is for what nobody here uses.
  await import(new URL("../preload.mjs", import.meta.url).href);
  const { planStacks } = await import("./plan/record.ts");
  writeFileSync(values.out, JSON.stringify(await planStacks()));
  return 0;
}
