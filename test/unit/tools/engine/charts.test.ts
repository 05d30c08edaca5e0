import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hasReleases, usesCharts } from "../../../../tools/engine/charts.ts";

test.each([
  ["config:\n  strata:network:\n    cni: { kind: cilium }\n", true],
  ['config:\n  strata:network:\n    cni:\n      kind: "cilium"\n', true],
  ["config:\n  strata:network:\n    gatewayApi: {}\n", true],
  ["config:\n  strata:charts:\n    dir: /mnt/charts\n", true],
  ["config:\n  strata:network:\n    # cni: { kind: cilium }\n    cni: { kind: default }\n", false],
  ["config:\n  strata:apps:\n    a: { image: x/cilium:1, kind: ciliumish }\n", false],
])("%j", (text, wanted) => {
  expect(usesCharts(text)).toBe(wanted);
});

test("the fast stack needs no helm", () => {
  const file = new URL("../../../../Pulumi.dev-fast.yaml", import.meta.url);
  expect(usesCharts(readFileSync(file, "utf8"))).toBe(false);
});

test("a state with a release needs it, whatever the stack file says by now", () => {
  expect(hasReleases('{"type": "kubernetes:helm.sh/v3:Release"}')).toBe(true);
  expect(hasReleases('{"type": "kubernetes:apps/v1:Deployment"}')).toBe(false);
  expect(hasReleases(undefined)).toBe(false);
});
