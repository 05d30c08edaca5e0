// What a machine without a network needs of a stack.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chartImages } from "../../chart-images.ts";
import { usesCharts } from "../../tools/engine/charts.ts";
import { wantedOf } from "../../tools/mirror/wanted.ts";
import { imageReference, nodeImages } from "../../versions.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

test("dev-fast: every image of its pods and its node's, and no chart", async () => {
  const plan = await planOf("dev-fast");
  const { images, charts } = wantedOf(plan);
  const references = images.map(({ reference }) => reference);
  const { repository, tag } = nodeImages["1.34"];
  expect(references).toContain(`${repository}:${tag}`);
  const pods = JSON.stringify(plan.resources.map(({ type, inputs }) => (type.startsWith("kubernetes:") ? inputs : {})));
  const used = [...pods.matchAll(/"image":"([^"@]+)/g)].map(([, image]) => image);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((image) => !references.includes(image ?? ""))).toEqual([]);
  expect([new Set(references).size, charts]).toEqual([references.length, []]);
});

test("cilium: its chart too, with the images of its pods", async () => {
  const { charts, images } = wantedOf(await planOf("cilium"));
  expect(charts).toEqual(["cilium"]);
  const references = images.map(({ reference }) => reference);
  // The operator of EKS is never in a local cluster.
  const { operatorAws: _, ...ours } = chartImages.cilium;
  expect(
    Object.values(ours)
      .map(imageReference)
      .filter((image) => !references.includes(image)),
  ).toEqual([]);
});

// tools/engine/charts.ts reads the text and not the schema: a kind that is missing there leaves the machine without helm.
test.each(stacks)("%s: its file says whether it installs a chart", async (stack) => {
  const text = readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  expect(usesCharts(text)).toBe(wantedOf(await planOf(stack)).charts.length > 0);
});
