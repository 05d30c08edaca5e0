import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GitOpsConfig } from "../../../../config/schema.ts";
import { UserError } from "../../../../lib/errors.ts";
import { gitOpsFacts } from "../../../../tools/gitops/facts.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-facts-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const git = (...args: string[]): string =>
  execFileSync("git", ["-C", folder, "-c", "user.name=n", "-c", "user.email=e@x", ...args], {
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  }).trim();

const write = (path: string, text: string): void => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const render = (): void => {
  write("gitops/site/delivered-by-gitops.yaml", "web:\n  - kubernetes:apps/v1:Deployment web\n");
  write("gitops/site/stays-with-pulumi.yaml", "objects:\n  - resource: kubernetes:core/v1:Secret web\n");
  write("gitops/site/web/deployment-web.yaml", "kind: Deployment\n");
};

const commit = (): string => {
  git("init", "-q");
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", "m");
  return git("rev-parse", "HEAD");
};

const checkout = (revision?: string): GitOpsConfig => ({
  kind: "flux",
  timeout: "10m",
  source: { kind: "checkout", ...(revision !== undefined && { revision }) },
});

const facts = (config = checkout(), said: string[] = [], at = folder) =>
  gitOpsFacts({ folder: at, stack: "site", config, say: (line) => said.push(line) });

describe("refused in one sentence with a way out", () => {
  const refused = async (message: string | RegExp, config = checkout()) => {
    const failure = facts(config);
    await expect(failure).rejects.toThrow(UserError);
    await expect(failure).rejects.toThrow(message);
  };

  test("nothing rendered", async () => {
    await refused("gitops/site is not rendered, so there is nothing to deliver. Run: npm run render site && git add");
  });

  test("no repository", async () => {
    render();
    vi.stubEnv("GIT_CEILING_DIRECTORIES", folder);
    await refused(/needs a Git repository, and .* is none\. Or name a remote repository/);
  });

  test("no commit yet", async () => {
    render();
    git("init", "-q");
    await refused("has none yet");
  });

  test("a commit that is not here", async () => {
    render();
    commit();
    await refused("is not in this checkout. Fetch it (git fetch)", checkout("1".repeat(40)));
  });

  test("a commit of before the folder was rendered", async () => {
    const before = commit();
    render();
    commit();
    await refused(
      new RegExp(
        `Commit ${before.slice(0, 12)} has no rendered gitops/site.*set strata:gitops.source.revision to that`,
      ),
      checkout(before),
    );
  });

  test("no git", async () => {
    render();
    vi.stubEnv("PATH", folder);
    await refused("needs git, which could not be started");
  });
});

describe("what is delivered", () => {
  test("is what the commit has, with a word where the files here differ", async () => {
    render();
    const id = commit();
    const said: string[] = [];
    const first = await facts(checkout(), said);
    expect(first.revision).toBe(id);
    expect(first.path).toBe("gitops/site");
    expect(first.delivered).toEqual({ web: ["kubernetes:apps/v1:Deployment web"] });
    expect([...first.staying]).toEqual(["kubernetes:core/v1:Secret web"]);
    expect([...(first.files?.keys() ?? [])].sort()).toEqual([
      "gitops/site/delivered-by-gitops.yaml",
      "gitops/site/stays-with-pulumi.yaml",
      "gitops/site/web/deployment-web.yaml",
    ]);
    expect(said).toEqual([]);
    write("gitops/site/web/deployment-web.yaml", "kind: Other\n");
    const second = await facts(checkout(), said);
    expect(second.files?.get("gitops/site/web/deployment-web.yaml")?.toString()).toBe("kind: Deployment\n");
    expect(said).toEqual([
      expect.stringMatching(
        /^GitOps delivers gitops\/site as it is in commit [0-9a-f]{12}: 1 file here differs from it\./,
      ),
    ]);
  });

  test("may lie in a folder of the repository", async () => {
    write("README", "r");
    commit();
    const root = folder;
    const inside = join(folder, "deploy", "here");
    mkdirSync(inside, { recursive: true });
    folder = inside;
    render();
    git("add", "-A");
    git("commit", "-q", "-m", "m");
    folder = root;
    const { files } = await facts(checkout(), [], inside);
    expect(files?.get("gitops/site/web/deployment-web.yaml")?.toString()).toBe("kind: Deployment\n");
  });

  test("of a remote repository is not looked up here", async () => {
    render();
    const source = {
      kind: "remote",
      url: "https://git.example/x.git",
      revision: "2".repeat(40),
      auth: "none",
    } as const;
    const found = await facts({ kind: "argocd", delivers: "stack", timeout: "10m", source });
    expect(found.revision).toBe("2".repeat(40));
    expect(found.files).toBeUndefined();
  });
});
