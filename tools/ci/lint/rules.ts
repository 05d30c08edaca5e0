// What a workflow must keep to beside its syntax, so that a pull request of a stranger's can do nothing but run. Pure.

import { parse } from "yaml";
import { isMapping, type Mapping } from "../mapping.ts";

const fields = (value: unknown): Mapping => (isMapping(value) ? value : {});

interface Job {
  readonly name: string;
  readonly fields: Mapping;
  readonly steps: readonly Mapping[];
}

interface Workflow {
  readonly text: string;
  readonly top: Mapping;
  readonly triggers: readonly string[];
  readonly jobs: readonly Job[];
}

type Rule = (workflow: Workflow) => string[];

const triggersOf = (on: unknown): string[] =>
  typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(fields(on));

const stepsOf = (value: unknown): Mapping[] => (Array.isArray(value) ? value.map(fields) : []);

const read = (text: string): Workflow => {
  const top = fields(parse(text));
  const jobs = Object.entries(fields(top["jobs"])).map(([name, job]) => ({
    name,
    fields: fields(job),
    steps: stepsOf(fields(job)["steps"]),
  }));
  // A composite action has steps, and nothing else that counts here.
  const action = isMapping(top["runs"])
    ? [{ name: "runs", fields: fields(top["runs"]), steps: stepsOf(fields(top["runs"])["steps"]) }]
    : [];
  return { text, top, triggers: triggersOf(top["on"]), jobs: [...jobs, ...action] };
};

/** A tag can be moved to other code; the comment is for the one who reads and for Renovate. */
const pinned: Rule = ({ text }) =>
  [...text.matchAll(/^\s*(?:- )?uses:\s*(.+)$/gm)]
    .map(([, value = ""]) => value.trim())
    .filter((value) => !/^\.\//.test(value) && !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(value))
    .map((value) => `uses ${value}: pin it as owner/name@<40 hex digits> # v<x.y.z>`);

const writes = (permissions: unknown): string[] =>
  isMapping(permissions)
    ? Object.entries(permissions).flatMap(([scope, level]) => (level === "write" ? [scope] : []))
    : permissions === undefined
      ? []
      : [String(permissions)];

const leastPermissions: Rule = ({ top, jobs }) => [
  ...(isMapping(top["permissions"]) && Object.keys(top["permissions"]).length === 0
    ? []
    : ["permissions at the top must be {}: each job names its own"]),
  ...jobs.flatMap(({ name, fields: job }) =>
    isMapping(job["permissions"]) ? [] : [`${name}: permissions are missing, as a mapping`],
  ),
];

const noTarget: Rule = ({ triggers }) =>
  triggers.includes("pull_request_target")
    ? [
        "pull_request_target runs with the repository's token and secrets: use pull_request, and workflow_run for what needs them",
      ]
    : [];

/** What a pull request starts runs its code. */
const nothingToSteal: Rule = ({ text, triggers, jobs }) =>
  triggers.includes("pull_request")
    ? [
        ...(/\bsecrets\b\s*[.[]/.test(text) ? ["a pull request starts it, and it reads a secret"] : []),
        ...(/github\.token|GITHUB_TOKEN/.test(text) ? ["a pull request starts it, and it hands on the token"] : []),
        ...jobs.flatMap(({ name, fields: job }) =>
          writes(job["permissions"]).map((scope) => `${name}: a pull request starts it, and it may write ${scope}`),
        ),
      ]
    : [];

const isUse = (step: Mapping, action: string): boolean => String(step["uses"] ?? "").startsWith(`${action}@`);

const checkouts: Rule = ({ triggers, jobs }) =>
  jobs.flatMap(({ name, steps }) =>
    steps.flatMap((step) => {
      if (!isUse(step, "actions/checkout")) return [];
      const options = fields(step["with"]);
      return [
        ...(options["persist-credentials"] === false
          ? []
          : [`${name}: checkout leaves the token in .git/config: persist-credentials: false`]),
        // The token may write here, and what is checked out is run.
        ...(triggers.includes("workflow_run") && ("ref" in options || "repository" in options)
          ? [`${name}: it runs after a pull request's run and checks out what that names: leave out ref and repository`]
          : []),
      ];
    }),
  );

/** An expression is put into the script before the shell reads it: a branch's name may be a command. */
const noExpressions: Rule = ({ jobs }) =>
  jobs.flatMap(({ name, steps }) =>
    steps.flatMap((step) =>
      String(step["run"] ?? "").includes("${{") ? [`${name}: an expression in run: hand it over by env`] : [],
    ),
  );

const bounded: Rule = ({ jobs }) =>
  jobs.flatMap(({ name, fields: job }) =>
    typeof job["timeout-minutes"] === "number" ? [] : [`${name}: timeout-minutes is missing: the default is six hours`],
  );

/** A role in somebody's account is taken on only where somebody approved it. */
const approved: Rule = ({ jobs }) =>
  jobs.flatMap(({ name, fields: job }) =>
    writes(job["permissions"]).includes("id-token") && job["environment"] === undefined
      ? [`${name}: id-token: write without an environment`]
      : [],
  );

const forAll: readonly Rule[] = [pinned, checkouts, noExpressions];
const forWorkflows: readonly Rule[] = [leastPermissions, noTarget, nothingToSteal, bounded, approved];

/** @param text of a workflow, or of a composite action. Empty where all is well. */
export const problemsOf = (text: string): string[] => {
  const workflow = read(text);
  const rules = "runs" in workflow.top ? forAll : [...forAll, ...forWorkflows];
  return rules.flatMap((rule) => rule(workflow));
};
