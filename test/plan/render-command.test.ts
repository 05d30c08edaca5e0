// `npm run render` as its user runs it, on a stack of its own.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const root = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "strata-render-"));
const stack = (name: string, text: string): void => writeFileSync(join(folder, `Pulumi.${name}.yaml`), text);

const kind = "strata:cluster: { kind: kind }";
const databases = (owner: string) => `strata:postgres: { databases: { shop: { owner: ${owner} } } }`;

const render = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["tools/run.mjs", "render", ...args], {
    cwd: root,
    encoding: "utf8",
    // A terminal's colours must not change what the test reads.
    env: { ...process.env, STRATA_STACKS: folder, XDG_STATE_HOME: folder, NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  return { status, stdout, stderr };
};

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("one clear message, no stack trace, and nothing written", () => {
  test.each([
    ["a stack that is not there", ["fast"], /^\nThere is no stack "fast": Pulumi\.fast\.yaml does not exist\./],
    ["an unknown option", ["good", "--chek"], /^\nUnknown option '--chek'[\s\S]*\nUsage: npm run render/],
    ["a stack file that is no YAML", ["broken"], /^\nPulumi\.broken\.yaml is not YAML: /],
    ["a mistake in the stack file", ["bad"], /^\nPulumi\.bad\.yaml has 1 error:\n {2}- .*Did you mean "postgres"\?/],
    [
      "one that is found while the layers are built",
      ["late"],
      /^\nstrata:postgres\.databases\.shop\.owner: "postgres"/,
    ],
    [
      "a stack of which GitOps delivers nothing",
      ["own"],
      /^\nPulumi applies own itself \(strata:gitops\.delivers: nothing\), so there is nothing to render\./,
    ],
    ["a folder of somebody else's", ["good", "--out", join(folder, "theirs")], /files that strata did not render/],
  ])("%s", (_what, args, message) => {
    stack("good", `config: { ${kind} }`);
    stack("broken", "config: [\n");
    stack("bad", `config: { ${kind}, strata:postgress: {} }`);
    stack("late", `config: { ${kind}, ${databases("postgres")} }`);
    stack("own", `config: { ${kind}, strata:gitops: { kind: argocd, delivers: nothing } }`);
    mkdirSync(join(folder, "theirs", "good"), { recursive: true });
    writeFileSync(join(folder, "theirs", "good", "thesis.txt"), "years of work");
    const { status, stdout, stderr } = render(...args);
    expect(stderr).toMatch(message);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).not.toMatch(/\n\s+at .*[.:]\d+/);
  });
});

test("a stack that installs a chart is rendered without it: nobody is asked for the file", () => {
  const cilium = "strata:network: { cni: { kind: cilium } }";
  stack("chart", `config: { ${kind}, ${cilium}, ${databases("shop")} }`);
  expect(render("chart", "--out", join(folder, "charts"))).toMatchObject({ status: 0, stderr: "" });
});

test("--check refuses a folder whose stack is gone", () => {
  mkdirSync(join(folder, "gitops", "gone"), { recursive: true });
  expect(render("--check")).toMatchObject({ status: 1, stderr: expect.stringContaining("Pulumi.gone.yaml is not") });
  rmSync(join(folder, "gitops"), { recursive: true });
});

test("--check passes where nothing is rendered, tells what differs from what is, and passes again once it is rendered", () => {
  stack("good", `config: { ${kind}, ${databases("shop")} }`);
  expect(render("--check")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^No stack is rendered: /) });

  expect(render("good")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/good: 7 objects, .* files changed/),
  });
  appendFileSync(join(folder, "gitops", "good", "postgres", "service-postgres.yaml"), "# by hand\n");
  rmSync(join(folder, "gitops", "good", "kustomization.yaml"));
  mkdirSync(join(folder, "gitops", "good", "garage"));
  writeFileSync(join(folder, "gitops", "good", "garage", "service-garage.yaml"), "gone");
  const { status, stderr } = render("--check");
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /too many {2}garage\/service-garage\.yaml\n {2}missing {3}kustomization\.yaml\n {2}differs {3}postgres\/service-postgres\.yaml\nRun: npm run render good\n$/,
  );

  expect(render("good").stdout).toContain("3 files changed");
  expect(render("--check")).toMatchObject({ status: 0, stdout: expect.stringContaining("up to date") });
});
