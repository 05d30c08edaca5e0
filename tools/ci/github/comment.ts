// One comment a pull request: found by its mark and its author, edited in place.
import type { GitHub } from "./client.ts";
import type { PreviousRun } from "./event.ts";

/** Who posts with a workflow's own token. Anybody may write the mark into a comment, and nobody's is to be edited. */
const author = "github-actions[bot]";

/**
 * Open pull requests whose newest commit is the one that the run was of. Asked of GitHub by what the event says: a number in a file
 * that the run wrote could be any. None where a newer commit was pushed meanwhile, whose own run then comments.
 */
export const pullRequestsOf = async ({ api, owner, repo }: GitHub, run: PreviousRun): Promise<number[]> => {
  const login = run.head_repository?.owner.login;
  if (login === undefined) return [];
  const open = await api.paginate(api.rest.pulls.list, {
    owner,
    repo,
    state: "open",
    head: `${login}:${run.head_branch}`,
    per_page: 100,
  });
  return open.filter(({ head }) => head.sha === run.head_sha).map(({ number }) => number);
};

export type Posted = "created" | "edited" | "unchanged";

/** @param marker begins the body, and tells our comment from others of the same author. */
export const putComment = async (
  { api, owner, repo }: GitHub,
  number: number,
  { marker, body }: { readonly marker: string; readonly body: string },
): Promise<Posted> => {
  const at = { owner, repo, issue_number: number };
  const comments = await api.paginate(api.rest.issues.listComments, { ...at, per_page: 100 });
  const own = comments.find(({ user, body: text }) => user?.login === author && text?.startsWith(marker));
  if (own?.body === body) return "unchanged";
  if (own) await api.rest.issues.updateComment({ owner, repo, comment_id: own.id, body });
  else await api.rest.issues.createComment({ ...at, body });
  return own ? "edited" : "created";
};
