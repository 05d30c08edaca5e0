import { describe, expect, test } from "vitest";
import { compareSnapshots } from "../../../../tools/ci/changes/compare.ts";
import { type Changes, changesSchema } from "../../../../tools/ci/changes/schema.ts";
import { commentBody, commentLimit, marker } from "../../../../tools/ci/comment/body.ts";
import { renderChanges } from "../../../../tools/ci/comment/render.ts";
import type { PlannedResource } from "../../../../tools/ci/plan/snapshot.ts";
import { base, resource, snapshot } from "./sample.ts";

const changes = (before: Parameters<typeof snapshot>[0], after: Parameters<typeof snapshot>[0]): Changes =>
  compareSnapshots(snapshot(before), snapshot(after), base);

const scaled = (stack: string): Changes =>
  changes({ [stack]: [resource("web", { replicas: 1 })] }, { [stack]: [resource("web", { replicas: 2 })] });

const run = { commit: "f".repeat(40), url: "https://github.com/o/r/actions/runs/1" };

describe("the preview", () => {
  test("is one line where nothing changes", () => {
    const plan = { dev: [resource("web", {})], full: [resource("web", {})] };
    expect(renderChanges(changes(plan, plan), commentLimit)).toBe(
      "**Preview:** nothing changes in 2 stacks (2 resources), against 0123456789ab.",
    );
  });

  test("shows fields by layer and stack, and the stacks without a change", () => {
    const before = { dev: [resource("web", { replicas: 1 })], eks: [resource("web", {})] };
    const after = { dev: [resource("web", { replicas: 2 }), resource("cron", {}, { by: "gitops" })], eks: before.eks };
    expect(renderChanges(changes(before, after), commentLimit)).toMatchInlineSnapshot(`
      "### Preview: 1 stack of 2 changes

      What merging changes in the plan of each stack, against 0123456789ab. Planned without a cluster and without credentials.

      <details open><summary><b>dev</b>: 1 added, 1 changed</summary>

      **apps**: 1 added, 1 changed

      \`\`\`diff
      + Deployment apps/cron  (by GitOps)
      ! Deployment apps/web
      -   replicas: 1
      +   replicas: 2
      \`\`\`

      </details>

      No change: \`eks\`"
    `);
  });

  test("says once what is alike in several stacks", () => {
    const before = { dev: [resource("web", { replicas: 1 })], full: [resource("web", { replicas: 1 })] };
    const after = { dev: [resource("web", { replicas: 2 })], full: [resource("web", { replicas: 2 })] };
    const text = renderChanges(changes(before, after), commentLimit);
    expect(text).toContain("<b>dev, full</b>: 1 changed");
    expect(text.match(/replicas: 2/g)).toHaveLength(1);
  });

  test("says of an object under another name that it is another one", () => {
    const named = (name: string) => ({ metadata: { name } });
    const text = renderChanges(
      changes({ dev: [resource("web", named("web-1"))] }, { dev: [resource("web", named("web-2"))] }),
      commentLimit,
    );
    expect(text).toContain("! Deployment apps/web  (replaced)");
  });

  test("has the reason of a stack that can't be planned", () => {
    expect(renderChanges(changes({ dev: [] }, { dev: "apps.web.port: expected a number" }), commentLimit)).toContain(
      "**`dev`** has no preview:\n\n```text\napps.web.port: expected a number\n```",
    );
  });
});

describe("a text from the pull request", () => {
  const hostile = "```\n</details>\n@everyone [click](https://evil.example) <img src=x>\n```";

  test("never leaves its fence", () => {
    const text = renderChanges(
      changes({ dev: [] }, { dev: [resource("web", { [hostile]: hostile }, { name: hostile })], full: hostile }),
      commentLimit,
    );
    // Longer than any run of ticks inside, so that none of them closes it.
    const outside = text.replace(/(`{4,})(?:diff|text)\n[\s\S]*?\n\1/g, "");
    expect(outside).not.toMatch(/evil|everyone|img/);
    expect(text).toContain("````diff\n+ Deployment ``` </details> @everyone");
  });

  test("is refused as the name of a stack, which stands outside of fences", () => {
    expect(changesSchema.safeParse(scaled("dev")).success).toBe(true);
    expect(changesSchema.safeParse(scaled(hostile)).error?.issues[0]?.path).toEqual(["stacks", 0, "stack"]);
  });

  test("never leaves its line: a line of its own could say anything", () => {
    const text = renderChanges(
      changes({ dev: [] }, { dev: [resource("web", {}, { name: "a\n- Bucket b" })] }),
      commentLimit,
    );
    expect(text).toContain("+ Deployment a - Bucket b");
  });
});

describe("a preview that is too long", () => {
  const many = (number: number, inputs: (index: number) => unknown): PlannedResource[] =>
    Array.from({ length: number }, (_, index) =>
      resource(`web-${index}`, inputs(index), { urn: `urn:${index}`, layer: index % 2 === 0 ? "platform" : "apps" }),
    );
  const long = (number: number): Changes =>
    changes(
      { dev: many(number, () => ({ text: "a\nb\n", list: {} })) },
      {
        dev: many(number, (index) => ({
          text: Array.from({ length: 30 }, (_, line) => `line ${line} of ${index}\n`).join(""),
          list: Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`key${key}`, index])),
        })),
      },
    );

  test.each([10, 100, 1000])("of %i resources fits, and says that it was cut", (number) => {
    const body = commentBody(long(number), run);
    expect(body.length).toBeLessThanOrEqual(commentLimit);
    expect(body.startsWith(marker)).toBe(true);
    expect(body).toContain(`${number} changed`);
    expect(body.includes("Cut to fit")).toBe(number > 10);
    expect(body.endsWith(`<sub>Of commit ffffffffffff, by [this run](${run.url}).</sub>`)).toBe(true);
  });

  test("keeps the names of resources longer than their fields", () => {
    const text = renderChanges(long(100), 20_000);
    expect(text).toContain("! Deployment apps/web-99\n");
    expect(text).toContain("… and ");
  });

  test("fits at the most that the schema lets in", () => {
    const worst = {
      ...scaled("dev"),
      stacks: Array.from({ length: 50 }, (_, index) => ({
        stack: `${index}`.padEnd(100, "s"),
        resources: 1,
        problem: "`".repeat(4000),
        layers: [],
      })),
    };
    expect(changesSchema.safeParse(worst).success).toBe(true);
    expect(commentBody(worst, run).length).toBeLessThanOrEqual(commentLimit);
  });
});
