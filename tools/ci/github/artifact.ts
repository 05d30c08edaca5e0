// Artifacts of earlier runs: each run hands the whole history on to the next, so that none is older than the newest run.
import type { GitHub } from "./client.ts";

/**
 * Run that uploaded the newest artifact of that name from a branch of this repository; undefined where there is none.
 *
 * A pull request's run may upload one of any name: those count from no fork, and from no other branch.
 */
export const newestArtifact = async (
  { api, owner, repo }: GitHub,
  name: string,
  branch: string,
): Promise<number | undefined> => {
  const artifacts = await api.paginate(api.rest.actions.listArtifactsForRepo, { owner, repo, name, per_page: 100 });
  const own = artifacts.filter(
    ({ expired, workflow_run: run }) =>
      !expired && run?.head_branch === branch && run.head_repository_id === run.repository_id,
  );
  return own.sort((a, b) => b.id - a.id)[0]?.workflow_run?.id;
};
