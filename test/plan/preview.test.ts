// The preview of a real change: dev-fast as it is, and with another number of replicas, another retention and a database less.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compareSnapshots } from "../../tools/ci/changes/compare.ts";
import { commentBody } from "../../tools/ci/comment/body.ts";
import { resourcesOf } from "../../tools/ci/plan/record.ts";
import { snapshotOf } from "../../tools/ci/plan/snapshot.ts";
import { planOf } from "../support/stack-plan.ts";

const text = readFileSync(new URL("../../Pulumi.dev-fast.yaml", import.meta.url), "utf8");

const replaced = (before: string, pattern: string, after: string): string => {
  expect(before).toContain(pattern);
  return before.replace(pattern, after);
};

const edited = [
  ["      port: 9898\n", "      port: 9898\n      replicas: 2\n"],
  ["    grafana: {", "    prometheus: { retention: 72h }\n    grafana: {"],
  ["      caller_db: { owner: devuser }\n", ""],
].reduce((before, [pattern = "", after = ""]) => replaced(before, pattern, after), text);

test("a change of a stack file comes out as fields of the resources that it changes, and nothing else", async () => {
  const snapshot = async (source: string) => ({
    version: 1,
    stacks: [{ stack: "dev-fast", resources: await resourcesOf({ stack: "dev-fast", text: source }) }],
  });
  const [base, head] = [await snapshot(text), await snapshot(edited)];
  expect(compareSnapshots(base, await snapshot(text), "0".repeat(40)).stacks[0]?.layers).toEqual([]);
  const changes = compareSnapshots(base, head, "0".repeat(40));
  const [stack] = changes.stacks;
  const told = stack?.layers.map(({ layer, changes }) => [
    layer,
    changes.map(({ op, kind, fields }) => `${op} ${kind}: ${fields.map(({ path }) => path).join(", ")}`),
  ]);
  expect(told).toEqual([
    [
      "platform",
      [
        'change ConfigMap: data."prometheus.yaml".storage.tsdb.retention.time',
        "change StatefulSet: pods",
        'change ConfigMap: data."databases.sql"',
        "change Job: metadata.name",
      ],
    ],
    [
      "apps",
      ["change Deployment: spec.replicas, spec.template.spec.topologySpreadConstraints", "add PodDisruptionBudget: "],
    ],
  ]);
  // The one that docs/ci.md shows.
  const run = { commit: "1".repeat(40), url: "https://github.com/OWNER/REPOSITORY/actions/runs/1" };
  await expect(`${commentBody(changes, run)}\n`).toMatchFileSnapshot("../../docs/examples/preview-comment.md");
});

// openbao has the most kinds of secrets, and a chart with one in its values.
test("no generated and no encrypted value is in what is compared", async () => {
  const written = JSON.stringify(snapshotOf(await planOf("openbao")));
  expect(written).toContain("[secret ");
  // What the mocks give in place of the real ones (tools/plan/mock-state.ts).
  expect(written).not.toMatch(/password-of-|bcrypt-of-|secret-of-|(ab){16}|(cd){12}/);
});
