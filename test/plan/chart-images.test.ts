// No chart may bring an image of its own choice: such an image is missing in a mirror, and its nodes need a network.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chartImages, imageVersions } from "../../chart-images.ts";
import { pathOf } from "../../tools/charts/chart.ts";
import { wantedOf } from "../../tools/mirror/wanted.ts";
import { type ChartKey, charts, imageReference } from "../../versions.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

const root = new URL("../../", import.meta.url);
const releaseType = "kubernetes:helm.sh/v3:Release";
const rolesOf = (chart: string): string[] => Object.keys((chartImages as Record<string, object>)[chart] ?? {});

test("every chart that a layer installs has its images listed, an empty list where it has no pods", () => {
  const folder = new URL("layers/", root);
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(new URL(file, folder), "utf8"));
  const used = new Set(sources.flatMap((text) => [...text.matchAll(/\.chart\("(\w+)"\)/g)].map(([, key = ""]) => key)));
  expect(used).toContain("cilium");
  expect([...used].filter((key) => !(key in chartImages))).toEqual([]);
  expect(Object.keys(chartImages).filter((key) => !used.has(key))).toEqual([]);
});

test("no image is listed twice, and each has a registry and a fixed tag", () => {
  const references = Object.values(imageVersions).map(imageReference);
  expect(references.length).toBe(new Set(references).size);
  expect(references.filter((reference) => !/^[a-z0-9.-]+\.[a-z]+\/[^:@]+:(?!latest$)[^:@]+$/.test(reference))).toEqual(
    [],
  );
});

/** Objects of a publisher's own kinds: an operator reads images in them too. */
const ownKind = /^kubernetes:(?![^:]*k8s\.io)[^:/]+\.[^:/]+\//;

test.each(stacks)(
  "%s: each release is told the images of its chart, and they are fetched like all others",
  async (stack) => {
    const plan = await planOf(stack);
    // Nodes on EKS pull by themselves: what they are told to pull is in the outputs.
    const pulled = stack === "eks";
    const told = Object.entries(plan.outputs["versions"] as Record<string, string>);
    const fetched = pulled ? told.map(([key, reference]) => ({ key, reference })) : wantedOf(plan).images;
    const releases = plan.resources.filter(({ type }) => type === releaseType);
    const keys = new Map((Object.keys(charts) as ChartKey[]).map((key) => [pathOf(key), key]));
    const objects = plan.resources.filter(({ type }) => ownKind.test(type) && type !== releaseType);
    for (const release of releases) {
      const { inputs, name } = release;
      const chart = keys.get(String(inputs["chart"]));
      const asked = fetched.filter(({ key }) => key.startsWith(`${chart}.`));
      expect([name, asked.length > 0]).toEqual([name, rolesOf(chart ?? "").length > 0]);
      const read = objects.filter((object) => plan.before(object.name, object.type).has(release));
      const values = JSON.stringify([inputs["values"], ...read.map((object) => object.inputs["spec"])]);
      for (const { reference } of asked) {
        const [repository = "", tag = ""] = reference.split(/:(?=[^:]+$)/);
        const path = repository.slice(repository.indexOf("/") + 1);
        expect([reference, values.includes(path), values.includes(tag)]).toEqual([reference, true, true]);
        // Loaded into the nodes by tag: a digest would send them to the registry.
        if (!pulled) expect(values).not.toContain(`${tag}@sha256`);
      }
    }
  },
);
