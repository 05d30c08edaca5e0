// Arguments of `npm run render`.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../lib/errors.ts";

export interface RenderArguments {
  /** Undefined with `check`: every stack that has a folder. */
  readonly stack: string | undefined;
  readonly check: boolean;
  /** Folder in which each stack has its own, in place of gitops/. */
  readonly out: string | undefined;
}

const usage = "Usage: npm run render [STACK] [-- [--check] [--out DIR]]";

export const parseRenderArguments = (args: readonly string[]): RenderArguments => {
  try {
    const { values, positionals } = parseArgs({
      // npm takes the first of them away only.
      args: args.filter((arg) => arg !== "--"),
      options: { check: { type: "boolean", default: false }, out: { type: "string" } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`Only one stack at a time, not ${positionals.join(" and ")}`);
    if (values.out === "") throw new Error("--out needs the name of a folder");
    const [stack = values.check ? undefined : "dev-fast"] = positionals;
    return { stack, check: values.check, out: values.out === undefined ? undefined : resolve(values.out) };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
};
