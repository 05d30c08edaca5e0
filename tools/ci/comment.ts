// `npm run ci -- comment --changes FILE`: puts what the preview found on its pull request. It runs main's code, never the pull request's.
import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "../../lib/errors.ts";
import { type Changes, changesSchema } from "./changes/schema.ts";
import { brokenBody, commentBody, marker } from "./comment/body.ts";
import { openGitHub } from "./github/client.ts";
import { pullRequestsOf, putComment } from "./github/comment.ts";
import { readPreviousRun } from "./github/event.ts";

/** More is no preview of ours. */
const mostBytes = 20 * 2 ** 20;

/** Undefined where there is none, or it is not of the form that this code writes. */
const readChanges = (file: string): Changes | undefined => {
  try {
    if (statSync(file).size > mostBytes) return undefined;
    return changesSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
};

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { changes: { type: "string" } } });
  if (values.changes === undefined) throw new UserError("Usage: npm run ci -- comment --changes FILE");
  const github = openGitHub(process.env);
  const previous = readPreviousRun(process.env["GITHUB_EVENT_PATH"]);
  // A cancelled run has a successor.
  if (previous.event !== "pull_request" || !["success", "failure"].includes(previous.conclusion ?? "")) {
    console.log(`Nothing to say of a run by ${previous.event} that ended as ${previous.conclusion}`);
    return 0;
  }
  const link = { commit: previous.head_sha, url: previous.html_url };
  const changes = readChanges(values.changes);
  const body = changes === undefined ? brokenBody(link) : commentBody(changes, link);
  const numbers = await pullRequestsOf(github, previous);
  if (numbers.length === 0)
    console.log(`No open pull request has ${link.commit.slice(0, 12)} as its newest commit: nothing posted`);
  for (const number of numbers)
    console.log(`Pull request ${number}: comment ${await putComment(github, number, { marker, body })}`);
  return 0;
}
