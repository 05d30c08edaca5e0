import { expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const revision = "0123456789abcdef0123456789abcdef01234567";

const issues = (gitops: unknown): readonly string[] => {
  try {
    const sections = { cluster: JSON.stringify({ kind: "kind" }), gitops: JSON.stringify(gitops) };
    parseConfig({ file: "Pulumi.test.yaml", sections });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const remote = (changes: object) => ({
  kind: "flux",
  source: { kind: "remote", url: "https://git.example/site.git", revision, ...changes },
});

test.each(["main", "v1.2.3", "HEAD", "0123456", "refs/heads/main", revision.toUpperCase()])(
  "a revision that moves or is cut: %s",
  (text) => {
    for (const gitops of [remote({ revision: text }), { kind: "argocd", source: { kind: "checkout", revision: text } }])
      expect(issues(gitops)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^strata:gitops.source.revision: got "${text}"\\. Expected the 40 hex digits of a commit, .*Branches and tags move, so they are refused`,
          ),
        ),
      ]);
  },
);

test.each([
  ["no revision", { revision: undefined }, /^strata:gitops\.source\.revision: missing/],
  ["a password in the address", { url: "https://me:secret@git.example/x.git" }, /without a password in it/],
  ["an address in clear", { url: "http://git.example/x.git" }, /https or ssh address/],
  ["a token over ssh", { url: "ssh://git@git.example/x.git", auth: "token" }, /token does not open an ssh address/],
  ["no login over ssh", { url: "ssh://git@git.example/x.git" }, /none does not open an ssh address/],
  ["a key over https", { auth: "ssh" }, /ssh needs an ssh address in url/],
  [
    "a server that nobody knows",
    { url: "ssh://git@git.example/x.git", auth: "ssh" },
    /knownHosts: missing: without it anybody could answer .* ssh-keyscan HOST/,
  ],
])("%s", (_, changes, message) => {
  expect(issues(remote(changes))).toEqual([expect.stringMatching(message)]);
});

test("another engine", () => {
  expect(issues({ kind: "fluxcd" })).toEqual([
    'strata:gitops.kind: "fluxcd" is not allowed. Did you mean "flux"? Allowed: flux, argocd',
  ]);
});

test.each([
  [{ kind: "flux" }],
  [{ kind: "argocd", source: { kind: "checkout", revision } }],
  [remote({})],
  [remote({ auth: "token" })],
  [remote({ url: "ssh://git@git.example/x.git", auth: "ssh", knownHosts: "git.example ssh-ed25519 AAAA" })],
])("fine: %j", (gitops) => {
  expect(issues(gitops)).toEqual([]);
});
