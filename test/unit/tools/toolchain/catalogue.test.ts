import { readFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { catalogue, type ToolName, toolOf } from "../../../../tools/toolchain/catalogue.ts";
import { checkers } from "../../../../tools/toolchain/checkers.ts";
import { groupFolder, sourceKey } from "../../../../tools/toolchain/stamp.ts";
import { k3dToolsImage, tools } from "../../../../versions.ts";

const names = Object.keys(catalogue) as ToolName[];
const moduleFile = (group: string): string => readFileSync(join(groupFolder(group), "go.mod"), "utf8");

describe("the catalogue", () => {
  test.each(names)("%s: what strata installs is what it would accept on PATH", (name) => {
    const { version, fits } = toolOf(name);
    expect(semver.satisfies(version, fits)).toBe(true);
  });

  test.each(names)("%s: every release comes by https and with its publisher's checksum", (name) => {
    const release = toolOf(name).release?.({ os: "linux", arch: "arm64" });
    expect(release?.url).toMatch(/^https:\/\/.*(arm64|aarch64)/);
    expect(release?.url).toContain(toolOf(name).version);
    if (release?.checksum.kind === "list") expect(release.checksum.url).toMatch(/^https:\/\//);
    else expect(release?.checksum.tag).toBe(`v${toolOf(name).version}`);
  });

  test("release and source are the same version", () => {
    expect(moduleFile("kind")).toContain(`sigs.k8s.io/kind v${tools.kind} `);
    expect(moduleFile("k3d")).toContain(`github.com/k3d-io/k3d/v5 v${tools.k3d} `);
    expect(k3dToolsImage.tag).toBe(tools.k3d);
    expect(moduleFile("kwok")).toContain(`sigs.k8s.io/kwok v${tools.kwok} `);
    expect(moduleFile("kubernetes")).toContain(`k8s.io/kubernetes v${tools.kubernetes} `);
    expect(moduleFile("etcd")).toContain(`go.etcd.io/etcd/server/v3 v${tools.etcd}\n`);
    expect(moduleFile("pulumi")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${tools.pulumi} `);
    expect(moduleFile("actionlint")).toContain(`github.com/rhysd/actionlint v${tools.actionlint} `);
    expect(moduleFile("nodehost")).toContain(`github.com/pulumi/pulumi/sdk/v3 v${tools.nodeLanguageHost} `);
  });

  test("a self-built control plane reports its version, not v0.0.0", () => {
    const flags = catalogue["kube-apiserver"].source?.ldflags;
    expect(flags).toContain(`-X k8s.io/component-base/version.gitVersion=v${tools.kubernetes}`);
    expect(flags).toContain("-X k8s.io/component-base/version.gitMinor=34");
  });

  test("what no stack needs is a checker", () => {
    const found = checkers(["pulumi", "kind", "etcd"]);
    expect(found).toContain("promtool");
    expect(found).toContain("kwok");
    expect(found).not.toContain("etcd");
    expect(found).not.toContain("nodehost");
  });

  test("a build's key changes with its flags", () => {
    const source = { group: "kind", package: "sigs.k8s.io/kind" };
    expect(sourceKey(source)).toBe(sourceKey({ ...source }));
    expect(sourceKey(source)).not.toBe(sourceKey({ ...source, ldflags: "-X a=b" }));
  });
});
