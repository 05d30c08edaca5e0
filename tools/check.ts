// `npm run check`: what can be said of a change in a minute: types, style, workflows, generated files, rendered objects, advisories, units and plans.
import { spawn } from "node:child_process";
import { join } from "node:path";
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { duration } from "./terminal/duration.ts";
import { repository } from "./toolchain/paths.ts";

const bin = (name: string): string => join(repository, "node_modules", ".bin", name);

const tests = "units and plans";

const steps: readonly (readonly [title: string, program: string, ...args: string[]])[] = [
  ["types", bin("tsc"), "-p", "."],
  ["style", bin("biome"), "ci", "--error-on-warnings"],
  ["generated files", bin("tsx"), "tools/schema.ts", "--check"],
  ["workflows", process.execPath, join(repository, "tools", "run.mjs"), "ci", "lint"],
  ["rendered objects", process.execPath, join(repository, "tools", "run.mjs"), "render", "--check"],
  // Says so and goes on where the registry can't be asked.
  ["advisories", process.execPath, join(repository, "tools", "run.mjs"), "advisories"],
  [tests, bin("vitest"), "run", "--project", "unit", "--project", "plan"],
];

/** @throws UserError for any other argument than --no-tests. */
export const parseCheck = (args: readonly string[]): { readonly tests: boolean } => {
  const [unknown] = args.filter((argument) => argument !== "--no-tests");
  if (unknown !== undefined) throw new UserError(`Unknown argument "${unknown}". Usage: npm run check [-- --no-tests]`);
  return { tests: args.length === 0 };
};

export async function main(argv: readonly string[]): Promise<number> {
  const chosen = parseCheck(argv).tests ? steps : steps.filter(([title]) => title !== tests);
  const failed: string[] = [];
  for (const [title, program, ...args] of chosen) {
    const started = Date.now();
    process.stdout.write(`${colors.bold(title)}\n`);
    const code = await new Promise<number>((resolve) => {
      // CI=true: a missing golden file is a failure and not written on the quiet.
      const child = spawn(program, args, { cwd: repository, stdio: "inherit", env: { ...process.env, CI: "true" } });
      child.on("error", () => resolve(127));
      child.on("close", (status) => resolve(status ?? 1));
    });
    if (code !== 0) failed.push(title);
    process.stdout.write(
      `${code === 0 ? colors.green("✓") : colors.red("✗")} ${title}  ${duration(Date.now() - started)}\n\n`,
    );
  }
  process.stdout.write(
    failed.length === 0
      ? "All checks passed\n"
      : `Failed: ${failed.join(", ")}. To correct style: npx biome check --write\n`,
  );
  return failed.length === 0 ? 0 : 1;
}
