// The event of a workflow that runs after another: what GitHub itself says of the run before, which nothing in a pull request can change.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../../lib/errors.ts";

const eventSchema = z.object({
  workflow_run: z.object({
    event: z.string(),
    conclusion: z.string().nullable(),
    html_url: z.url(),
    head_sha: z.string().regex(/^[0-9a-f]{40}$/),
    head_branch: z.string().min(1),
    /** Null where the fork is gone already. */
    head_repository: z.object({ owner: z.object({ login: z.string().min(1) }) }).nullable(),
  }),
});

export type PreviousRun = z.infer<typeof eventSchema>["workflow_run"];

/** @param file what GITHUB_EVENT_PATH names. @throws UserError for another event's. */
export const readPreviousRun = (file: string | undefined): PreviousRun => {
  if (file === undefined)
    throw new UserError("GITHUB_EVENT_PATH is not set: this is a step of a workflow that runs after another");
  const parsed = eventSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success)
    throw new UserError(`${file} is not the event of a workflow_run:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.workflow_run;
};
