// Arguments of `npm run mirror`.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../lib/errors.ts";

export interface MirrorArguments {
  readonly stack: string;
  /** Folder for the folders images and charts. */
  readonly out: string;
}

const usage = "Usage: npm run mirror [STACK] -- --out DIR";

export const parseMirrorArguments = (args: readonly string[]): MirrorArguments => {
  try {
    const { values, positionals } = parseArgs({
      // npm takes the first of them away only.
      args: args.filter((arg) => arg !== "--"),
      options: { out: { type: "string" } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`Only one stack at a time, not ${positionals.join(" and ")}`);
    if (!values.out) throw new Error("--out is missing: the folder to fill, for example /media/usb/strata");
    const [stack = "dev-fast"] = positionals;
    return { stack, out: resolve(values.out) };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
};
