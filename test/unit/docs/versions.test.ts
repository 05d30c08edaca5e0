// mise.toml and the devcontainer name versions and ports that are decided elsewhere.
import { readFileSync } from "node:fs";
import semver from "semver";
import { expect, test } from "vitest";
import { nodePorts } from "../../../names.ts";
import { stackFolder, stackNames } from "../../../tools/engine/stack-file.ts";
import { tools } from "../../../versions.ts";

const text = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
const { engines } = JSON.parse(text("package.json")) as { engines: { node: string } };

test("mise installs the tools that strata would", () => {
  const { node = "", ...others } = Object.fromEntries(
    [...text("mise.toml").matchAll(/^(\w+) = "([^"]+)"$/gm)].map(([, name = "", version = ""]) => [name, version]),
  );
  const { pulumi, kind, k3d, helm, kubernetes } = tools;
  expect(others).toEqual({ pulumi, kind, k3d, helm, kubectl: kubernetes });
  expect(semver.satisfies(node, engines.node)).toBe(true);
});

test("the devcontainer forwards what dev-fast opens, and has a Node that strata accepts", () => {
  const { image, forwardPorts, portsAttributes } = JSON.parse(text(".devcontainer/devcontainer.json")) as {
    image: string;
    forwardPorts: readonly number[];
    portsAttributes: Readonly<Record<string, unknown>>;
  };
  const { traefikWeb, grafana, prometheus, alertmanager } = nodePorts;
  expect(forwardPorts).toEqual([traefikWeb, grafana, prometheus, alertmanager]);
  expect(Object.keys(portsAttributes).map(Number).sort()).toEqual([...forwardPorts].sort());
  const [, major = ""] = /:(\d+)-/.exec(image) ?? [];
  expect(semver.satisfies(`${major}.0.0`, engines.node)).toBe(true);
});

test("an editor checks every stack file as it is typed", () => {
  for (const stack of stackNames(stackFolder()))
    expect(text(`Pulumi.${stack}.yaml`)).toMatch(/^# yaml-language-server: \$schema=\.\/config\/stack\.schema\.json\n/);
});
