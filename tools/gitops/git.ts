// Files of a commit, read from the user's own repository with git: nothing there is written.
import { spawn } from "node:child_process";
import { UserError } from "../../lib/errors.ts";

interface Answer {
  /** 127 where git could not be started. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Bytes, where tools/terminal/process.ts reads text: a blob may be anything. */
const git = (folder: string, args: readonly string[], input = ""): Promise<Answer> =>
  new Promise((resolve) => {
    // Another git command of the user's must not find the index locked by ours.
    const child = spawn("git", ["-C", folder, ...args], { env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" } });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error) => resolve({ code: 127, stdout: Buffer.alloc(0), stderr: error.message }));
    child.on("close", (code) =>
      resolve({ code: code ?? 1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString().trim() }),
    );
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });

/**
 * The whole id of a commit.
 *
 * @param name a commit id, or "HEAD".
 * @throws UserError where there is no git, no repository or no such commit.
 */
export const resolveCommit = async (folder: string, name: string): Promise<string> => {
  const { code, stdout, stderr } = await git(folder, ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`]);
  if (code === 0) return stdout.toString().trim();
  const otherwise = "Or name a remote repository: strata:gitops.source with kind: remote, url and revision";
  if (code === 127)
    throw new UserError(`GitOps from this checkout needs git, which could not be started (${stderr}). ${otherwise}`);
  if (/not a git repository|dubious ownership/.test(stderr))
    throw new UserError(`GitOps from this checkout needs a Git repository, and ${folder} is none. ${otherwise}`);
  if (name === "HEAD")
    throw new UserError(`GitOps from this checkout needs a commit, and ${folder} has none yet. ${otherwise}`);
  throw new UserError(
    `Commit ${name} of strata:gitops.source.revision is not in this checkout. Fetch it (git fetch), or set another one`,
  );
};

const modes: Readonly<Record<string, string>> = { "120000": "a link", "160000": "a submodule" };

/**
 * Files below a path at a commit; empty where it has none.
 *
 * @returns path from the top of the repository to content.
 */
export const filesAt = async (folder: string, commit: string, path: string): Promise<Map<string, Buffer>> => {
  const listed = await git(folder, ["ls-tree", "-r", "-z", "--full-tree", commit, "--", `${path}/`]);
  if (listed.code !== 0) throw new Error(`git ls-tree failed: ${listed.stderr}`);
  const entries = listed.stdout
    .toString()
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [, mode = "", id = "", name = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      if (modes[mode])
        throw new UserError(
          `${name} is ${modes[mode]} at commit ${commit}. Only files that were rendered belong there`,
        );
      return { id, name };
    });
  if (entries.length === 0) return new Map();
  const { code, stdout, stderr } = await git(
    folder,
    ["cat-file", "--batch"],
    `${entries.map(({ id }) => id).join("\n")}\n`,
  );
  if (code !== 0) throw new Error(`git cat-file failed: ${stderr}`);
  let at = 0;
  return new Map(
    entries.map(({ name }) => {
      const end = stdout.indexOf("\n", at);
      const size = Number(stdout.subarray(at, end).toString().split(" ")[2]);
      const content = stdout.subarray(end + 1, end + 1 + size);
      at = end + 1 + size + 1;
      return [name, content];
    }),
  );
};

/** Path of the repository's top, seen from a folder in it: "" or "a/b/". */
export const prefixOf = async (folder: string): Promise<string> =>
  (await git(folder, ["rev-parse", "--show-prefix"])).stdout.toString().trim();
