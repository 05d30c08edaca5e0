// The rules in a run: every preview is judged by the policy pack, and an up before it makes anything, unless its plan was judged before.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import colors from "picocolors";
import type { Screen } from "../terminal/live.ts";
import { capture } from "../terminal/process.ts";
import { writeAtomically } from "../toolchain/install.ts";
import type { PolicyViolation } from "./events.ts";
import { describeViolations } from "./report.ts";
import type { Session } from "./session.ts";

const packOf = (root: string): string => join(root, "policy");

/** Flags that have the engine judge a run. None where the program is of a commit that has no pack. */
export const policyFlags = (root: string): readonly string[] =>
  existsSync(join(packOf(root), "PulumiPolicy.yaml")) ? ["--policy-pack", packOf(root)] : [];

interface Loader {
  readonly bundleOf: (...entries: readonly string[]) => string | undefined;
}

/** What a plan follows from, as far as the rules look at it; undefined where a source changed since it was judged last. */
const planKey = async ({ root, configFile }: Session): Promise<string | undefined> => {
  // By its address, since it finds its folder from there: in a bundle of this file it would look beside that.
  const { bundleOf } = (await import(pathToFileURL(join(root, "tools", "load.mjs")).href)) as Loader;
  const bundle = bundleOf("tools/plan/judged.ts");
  // Pulumi adds the salt of its secrets to the file that it reads.
  const config = readFileSync(configFile, "utf8").replace(/^encryptionsalt:.*\n?/m, "");
  return bundle && createHash("sha256").update(`${bundle}\0${config}`).digest("hex");
};

interface Verdict {
  readonly key: string;
  /** What was found and stops nothing. */
  readonly advised: readonly string[];
}

const verdictFile = ({ root, name }: Session): string => join(root, ".strata", "policy", `${name}.json`);

const readVerdict = (session: Session): Verdict | undefined => {
  try {
    return JSON.parse(readFileSync(verdictFile(session), "utf8")) as Verdict;
  } catch {
    return undefined;
  }
};

const warn = (screen: Screen, lines: readonly string[]): void => {
  for (const line of lines) screen.print(colors.yellow(`  ! ${line}`));
};

/**
 * Says what was found; returns whether it stops the run.
 *
 * @param consequence what became of it. Default: it was judged before anything was made.
 */
export function tellViolations(
  violations: readonly PolicyViolation[],
  screen: Screen,
  consequence = "Nothing is made.",
): boolean {
  const { refused, advised } = describeViolations(violations);
  warn(screen, advised);
  if (refused.length === 0) return false;
  screen.print("");
  screen.print(
    `${colors.red("✗")} The plan breaks ${refused.length === 1 ? "a rule" : `rules in ${refused.length} places`}:`,
  );
  for (const line of refused) screen.print(`  ${colors.red("✗")} ${line}`);
  screen.print("");
  screen.print(`${consequence} The rules, and how one is excepted with its reason: docs/policies.md`);
  return true;
}

/** In a process of its own: the program's run leaves its mark on the SDK. */
const judge = async ({ root, name, configFile }: Session): Promise<readonly PolicyViolation[] | undefined> => {
  const tools = join(root, "tools");
  const args = ["--import", join(tools, "preload.mjs"), join(tools, "judge.mjs"), name, configFile];
  const { code, stdout } = await capture(process.execPath, args, { timeoutMs: 120_000 });
  return code === 0 ? (JSON.parse(stdout) as readonly PolicyViolation[]) : undefined;
};

export type Judgement = "refused" | { readonly flags: readonly string[] };

/**
 * Judges the plan of an up, unless this very plan was.
 *
 * @returns flags for the up. A plan that can't be made without a cluster is judged by the engine, each resource before it is made.
 */
export async function judgePlan(session: Session, screen: Screen): Promise<Judgement> {
  if (policyFlags(session.root).length === 0) return { flags: [] };
  const verdict = readVerdict(session);
  const key = await planKey(session);
  if (key !== undefined && verdict?.key === key) {
    warn(screen, verdict.advised);
    return { flags: [] };
  }
  const violations = await judge(session);
  if (violations === undefined) return { flags: policyFlags(session.root) };
  if (tellViolations(violations, screen)) return "refused";
  const judged = await planKey(session);
  if (judged !== undefined)
    await writeAtomically(
      verdictFile(session),
      JSON.stringify({ key: judged, advised: describeViolations(violations).advised } satisfies Verdict),
    );
  return { flags: [] };
}
