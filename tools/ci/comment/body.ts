// The whole comment: a mark by which it is found again, the changes, and which run it is from. Pure.
import type { Changes } from "../changes/schema.ts";
import { renderChanges } from "./render.ts";

/** Nobody sees it, and it is what the next run looks for. */
export const marker = "<!-- strata:preview -->";

/** GitHub refuses a longer comment. */
export const commentLimit = 65_536;

/** A job's summary may have a MiB; a character may have four bytes. */
export const summaryLimit = 250_000;

export interface RunLink {
  /** 40 hex digits of the pull request's newest commit. */
  readonly commit: string;
  readonly url: string;
}

const footer = ({ commit, url }: RunLink): string =>
  `<sub>Of commit ${commit.slice(0, 12)}, by [this run](${url}).</sub>`;

const whole = (text: string, run: RunLink | undefined): string =>
  [marker, text, ...(run ? ["", footer(run)] : [])].join("\n");

export const commentBody = (changes: Changes, run?: RunLink): string => {
  const around = whole("", run).length;
  return whole(renderChanges(changes, commentLimit - around), run);
};

/** In place of an older run's comment, which would otherwise go on saying what is no longer so. */
export const brokenBody = (run: RunLink): string =>
  whole("**Preview:** the run ended before anything was planned, or what it wrote can't be read.", run);
