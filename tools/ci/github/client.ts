// GitHub's API as a workflow's step reaches it: address, repository and token from the variables that every step has.
import { Octokit } from "@octokit/rest";
import { UserError } from "../../../lib/errors.ts";

export interface GitHub {
  readonly api: Octokit;
  readonly owner: string;
  readonly repo: string;
}

/**
 * @param env of a step: GITHUB_REPOSITORY, GITHUB_API_URL, and GITHUB_TOKEN, which is given to that step alone.
 * @throws UserError outside of a workflow.
 */
export const openGitHub = (env: Readonly<Record<string, string | undefined>>): GitHub => {
  const [owner, repo, ...rest] = (env["GITHUB_REPOSITORY"] ?? "").split("/");
  const token = env["GITHUB_TOKEN"];
  if (!owner || !repo || rest.length > 0 || !token)
    throw new UserError(
      "This step talks to GitHub: it needs GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN, as a step of a workflow has them. To see what it would post: npm run ci:preview",
    );
  const baseUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  return { api: new Octokit({ auth: token, baseUrl, userAgent: "strata-ci" }), owner, repo };
};
