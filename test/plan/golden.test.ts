// The whole plan of a stack as one file: the review surface of a change. Update with: npm run golden
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { nodePlatform } from "../../layers/cluster/images/recipe.ts";
import type { Plan, Registration } from "../../tools/plan/record.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

const short = (urn: string): string => urn.split("::").slice(2).join(" ").replace(/^.*\$/, "");

/** Long texts (configurations, dashboards, rules) have golden files or checks of their own; here a digest shows that they changed. */
const shorten = (value: unknown): unknown => {
  // The nodes' processor is this machine's.
  const arch = `"arch":"${nodePlatform().arch}"`;
  if (typeof value === "string" && value.includes(arch)) return shorten(value.replaceAll(arch, '"arch":"<arch>"'));
  if (typeof value === "string")
    return value.length > 300
      ? `sha256:${createHash("sha256").update(value).digest("hex").slice(0, 12)} (${value.length} characters)`
      : value;
  if (Array.isArray(value)) {
    // Rules and scrape jobs, where a chart takes them as data.
    const text = JSON.stringify(value);
    return text.length > 10_000 ? shorten(text) : value.map(shorten);
  }
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([key, child]) => [key, shorten(child)]),
    );
  return value;
};

const entry = (resource: Registration): Record<string, unknown> => ({
  type: resource.type,
  parent: short(resource.parent),
  ...(resource.dependencies.length > 0 && { waitsFor: resource.dependencies.map(short) }),
  ...(resource.custom && {
    inputs: shorten(resource.type === "kubernetes:core/v1:Secret" ? masked(resource.inputs) : resource.inputs),
  }),
});

const masked = (inputs: Record<string, unknown>): Record<string, unknown> => ({
  ...inputs,
  ...("stringData" in inputs && {
    stringData: Object.fromEntries(Object.keys(inputs["stringData"] as object).map((key) => [key, "[secret]"])),
  }),
});

const render = (plan: Plan, known: ReadonlySet<string> = new Set()): string => {
  const own = plan.resources.filter(({ type, name }) => !known.has(`${type} ${name}`));
  const resources = own.sort((a, b) => short(a.urn).localeCompare(short(b.urn)));
  return stringify(
    Object.fromEntries(
      resources.map((resource) => [`${resource.name} (${resource.type.split(":").pop()})`, entry(resource)]),
    ),
    {
      lineWidth: 0,
      aliasDuplicateObjects: false,
    },
  );
};

test("dev-fast", async () => {
  await expect(render(await planOf("dev-fast"))).toMatchFileSnapshot("../golden/dev-fast.yaml");
});

test.each(stacks.filter((stack) => stack !== "dev-fast"))("%s: what it has beside dev-fast", async (stack) => {
  const known = new Set((await planOf("dev-fast")).resources.map(({ type, name }) => `${type} ${name}`));
  await expect(render(await planOf(stack), known)).toMatchFileSnapshot(`../golden/${stack}.yaml`);
});
