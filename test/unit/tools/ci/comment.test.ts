// Posting a preview, against a double of GitHub's API: from the event and the file to the comment that stands there.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { compareSnapshots } from "../../../../tools/ci/changes/compare.ts";
import { marker } from "../../../../tools/ci/comment/body.ts";
import { run } from "../../../../tools/ci/comment.ts";
import { type Double, type PullRequest, startGitHub } from "../../../support/github.ts";
import { base, resource, snapshot } from "./sample.ts";

const sha = "a".repeat(40);
const fork: PullRequest = { number: 7, state: "open", head: "stranger:patch-1", sha };
const bot = { login: "github-actions[bot]" };

const event = {
  event: "pull_request",
  conclusion: "success",
  html_url: "https://github.com/acme/strata/actions/runs/42",
  head_sha: sha,
  head_branch: "patch-1",
  head_repository: { owner: { login: "stranger" } },
};

const changes = (replicas: number) =>
  compareSnapshots(
    snapshot({ dev: [resource("web", { replicas: 1 })] }),
    snapshot({ dev: [resource("web", { replicas })] }),
    base,
  );

let folder: string;
let github: Double | undefined;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-comment-"));
  said = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await github?.close();
  github = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const open = async (pulls: readonly PullRequest[]): Promise<Double> => {
  github = await startGitHub("acme/strata", { pulls });
  vi.stubEnv("GITHUB_API_URL", github.url);
  vi.stubEnv("GITHUB_REPOSITORY", "acme/strata");
  vi.stubEnv("GITHUB_TOKEN", "the-step's-own");
  vi.stubEnv("GITHUB_EVENT_PATH", join(folder, "event.json"));
  return github;
};

const post = (file: unknown, more: Partial<typeof event> | { head_repository: null } = {}): Promise<number> => {
  const path = join(folder, "changes.json");
  writeFileSync(
    join(folder, "event.json"),
    JSON.stringify({ action: "completed", workflow_run: { ...event, ...more } }),
  );
  rmSync(path, { force: true });
  if (file !== undefined) writeFileSync(path, typeof file === "string" ? file : JSON.stringify(file));
  return run(["--changes", path]);
};

describe("a pull request from a fork", () => {
  test("gets one comment, which later runs edit in place", async () => {
    const { comments, requests } = await open([fork]);
    const others = ["first", "second", `I quote: ${marker}`].map((body, id) => ({
      id,
      user: { login: "reader" },
      body,
    }));
    comments.get(7)?.push(...others);

    await post(changes(2));
    await post(changes(2));
    await post(changes(3));
    expect(said).toEqual(["created", "unchanged", "edited"].map((what) => `Pull request 7: comment ${what}`));
    const [own, ...rest] = comments.get(7)?.filter(({ user }) => user.login === bot.login) ?? [];
    expect(rest).toEqual([]);
    expect(own?.body).toMatch(/^<!-- strata:preview -->\n[\s\S]*\+ {3}replicas: 3[\s\S]*actions\/runs\/42/);
    expect(comments.get(7)?.slice(0, 3)).toEqual(others);
    expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set(["token the-step's-own"]));
  });

  test("that writes our mark itself is not edited", async () => {
    const { comments } = await open([fork]);
    comments.get(7)?.push({ id: 1, user: { login: "stranger" }, body: `${marker}\nmine` });
    await post(changes(2));
    expect(comments.get(7)?.map(({ user, body }) => [user.login, body.split("\n")[1]?.slice(0, 11)])).toEqual([
      ["stranger", "mine"],
      [bot.login, "### Preview"],
    ]);
  });

  test("whose file can't be read loses the old preview, and the comment says so", async () => {
    const { comments } = await open([fork]);
    const file = { ...changes(2), stacks: [{ stack: "[evil](https://evil.example)", resources: 0, layers: [] }] };
    for (const bad of [undefined, "{", file]) {
      await post(changes(2));
      await post(bad, { conclusion: "failure" });
      const [only, ...rest] = comments.get(7) ?? [];
      expect(rest).toEqual([]);
      expect(only?.body).toContain("ended before anything was planned");
      expect(only?.body).not.toContain("evil");
    }
  });
});

describe("nothing is posted", () => {
  test.each([
    ["to a closed pull request", [{ ...fork, state: "closed" as const }]],
    ["to one that has a newer commit", [{ ...fork, sha: "b".repeat(40) }]],
    ["to another's with a branch of that name", [{ ...fork, head: "somebody:patch-1" }]],
  ])("%s", async (_, pulls) => {
    const { requests } = await open(pulls);
    expect(await post(changes(2))).toBe(0);
    expect(requests.map(({ method }) => method)).toEqual(["GET"]);
    expect(said).toEqual(["No open pull request has aaaaaaaaaaaa as its newest commit: nothing posted"]);
  });

  test.each([
    ["of a push", { event: "push" }],
    ["of a cancelled run", { conclusion: "cancelled" }],
  ])("%s", async (_, more) => {
    const { requests } = await open([fork]);
    await post(changes(2), more);
    expect(requests).toEqual([]);
  });

  test("where the fork is gone", async () => {
    const { requests } = await open([fork]);
    await post(changes(2), { head_repository: null });
    expect(requests).toEqual([]);
  });
});

describe("refused", () => {
  test("without a token, with where to see the comment instead", async () => {
    await open([fork]);
    vi.stubEnv("GITHUB_TOKEN", "");
    await expect(post(changes(2))).rejects.toThrow(/GITHUB_TOKEN[\s\S]*npm run ci:preview/);
  });

  test("an event that is none of a run before", async () => {
    await open([fork]);
    await expect(post(changes(2), { head_sha: "main" })).rejects.toThrow(
      /not the event of a workflow_run[\s\S]*head_sha/,
    );
  });

  test("an answer of GitHub's that is a refusal", async () => {
    await open([fork]);
    vi.stubEnv("GITHUB_REPOSITORY", "acme/other");
    await expect(post(changes(2))).rejects.toThrow(/Not Found/);
  });
});
