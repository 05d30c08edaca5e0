import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../../tools/ci/lint/rules.ts";
import { workflowFiles } from "../../../../tools/ci/lint.ts";
import { repository } from "../../../../tools/toolchain/paths.ts";

const files = workflowFiles();
const textOf = (file: string): string => readFileSync(join(repository, file), "utf8");

test("there are workflows to look at", () => {
  expect(files.filter((file) => file.includes("workflows")).length).toBeGreaterThan(5);
  expect(files.map(textOf).filter((text) => /^ {2}pull_request:/m.test(text)).length).toBeGreaterThan(2);
  expect(files.map(textOf).filter((text) => /^ {2}workflow_run:/m.test(text))).toHaveLength(1);
});

test.each(files)("%s keeps the rules", (file) => {
  expect(problemsOf(textOf(file))).toEqual([]);
});

const expression = (what: string): string => `\${{ ${what} }}`;
const sha = "0123456789abcdef0123456789abcdef01234567";

/** A workflow without a problem. */
const good = `
on:
  pull_request:
permissions: {}
jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@${sha} # v7.0.1
        with:
          persist-credentials: false
      - uses: ./.github/actions/setup
      - run: npm run check
`;

describe("a wrong one is found", () => {
  test("and a good one is none", () => expect(problemsOf(good)).toEqual([]));

  const after = good.replace("pull_request:", "workflow_run: { workflows: [preview] }");
  test.each<[what: string, text: string, problem: string]>([
    ["a tag", good.replace(`${sha} # v7.0.1`, "v7"), "uses actions/checkout@v7: pin it"],
    ["a pin without its version", good.replace(" # v7.0.1", ""), `uses actions/checkout@${sha}: pin it`],
    ["a short pin", good.replace(sha, sha.slice(0, 12)), "pin it as owner/name@<40 hex digits>"],
    ["no permissions", good.replace("permissions: {}\n", ""), "permissions at the top must be {}"],
    ["a job without", good.replace(/ {4}permissions:\n.*\n/, ""), "check: permissions are missing"],
    ["all of them", good.replace(/permissions:\n.*\n/, "permissions: write-all\n"), "check: permissions are missing"],
    ["pull_request_target", good.replace("pull_request:", "pull_request_target:"), "pull_request_target runs with"],
    [
      "a secret",
      good.replace("npm run check", `npm run check\n        env: { A: '${expression("secrets.A")}' }`),
      "it reads a secret",
    ],
    [
      "all secrets",
      good.replace("npm run check", `npm run check\n        env: { A: '${expression("toJSON(secrets[0])")}' }`),
      "it reads a secret",
    ],
    [
      "the token",
      good.replace("npm run check", `npm run check\n        env: { A: '${expression("github.token")}' }`),
      "it hands on the token",
    ],
    [
      "a permission to write",
      good.replace("contents: read", "contents: write"),
      "check: a pull request starts it, and it may write contents",
    ],
    ["a token left behind", good.replace("persist-credentials: false", "fetch-depth: 2"), "checkout leaves the token"],
    [
      "an expression",
      good.replace("npm run check", `echo ${expression("github.head_ref")}`),
      "check: an expression in run",
    ],
    ["no end", good.replace(/ {4}timeout.*\n/, ""), "check: timeout-minutes is missing"],
    [
      "a role without approval",
      good.replace("contents: read", "id-token: write"),
      "check: id-token: write without an environment",
    ],
    [
      "the pull request's code beside a token that may write",
      after.replace("persist-credentials: false", "persist-credentials: false\n          ref: main"),
      "check: it runs after a pull request's run and checks out what that names",
    ],
  ])("%s", (_, text, problem) => {
    expect(text).not.toBe(good);
    expect(problemsOf(text).join("\n")).toContain(problem);
  });
});

test("a composite action is held to its pins and its expressions", () => {
  const action = (step: string): string => `runs:\n  using: composite\n  steps:\n    - ${step}\n`;
  expect(problemsOf(action("uses: actions/cache@v5"))).toEqual([expect.stringContaining("pin it")]);
  expect(problemsOf(action(`run: echo ${expression("inputs.a")}`))).toEqual([
    "runs: an expression in run: hand it over by env",
  ]);
});
