// `npm run ci -- STEP`: the steps of the workflows in .github, each the same here as there. docs/ci.md lists them.
import { UserError } from "../lib/errors.ts";

type Step = { run(args: readonly string[]): Promise<number> };

/** Loaded one at a time: what posts a comment has no use for the program. */
const steps: Readonly<Record<string, () => Promise<Step>>> = {
  collect: () => import("./ci/collect.ts"),
  "drill-report": () => import("./ci/drill-report.ts"),
  history: () => import("./ci/history.ts"),
  lint: () => import("./ci/lint.ts"),
  plan: () => import("./ci/plan.ts"),
  comment: () => import("./ci/comment.ts"),
  preview: () => import("./ci/preview.ts"),
  summary: () => import("./ci/summary.ts"),
};

/** @throws UserError for a name that is no step. */
export const stepOf = (name = ""): (() => Promise<Step>) => {
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
  if (step === undefined)
    throw new UserError(`There is no step "${name}". Usage: npm run ci -- ${Object.keys(steps).join("|")} ...`);
  return step;
};

export async function main([name, ...args]: readonly string[]): Promise<number> {
  return (await stepOf(name)()).run(args);
}
