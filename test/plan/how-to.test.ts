// The how-tos that need no code, followed: their blocks are applied to the stack files, and the stacks planned.
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseConfig } from "../../config/parse.ts";
import { engineConfig } from "../../tools/plan/config.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { blocksOf, readPage } from "../support/docs/pages.ts";
import { applyBlocks } from "../support/docs/scratch.ts";
import { planOf, planOfText } from "../support/stack-plan.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-how-to-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deployment = "kubernetes:apps/v1:Deployment";

/** The stack file after the page was followed. */
const followed = (page: string, file: string): string => {
  applyBlocks(page, folder);
  return readFileSync(join(folder, file), "utf8");
};

test("docs/how-to/add-an-app.md: the app is there with all that the page promises, and nothing else is new", async () => {
  cpSync(join(repository, "Pulumi.dev-fast.yaml"), join(folder, "Pulumi.dev-fast.yaml"));
  const plan = await planOfText("dev-fast", followed("docs/how-to/add-an-app.md", "Pulumi.dev-fast.yaml"));
  const before = new Set((await planOf("dev-fast")).resources.map(({ urn }) => urn));
  const added = plan.resources
    .filter(({ urn, custom }) => custom && !before.has(urn))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  expect(added.sort()).toEqual([
    "Deployment shop",
    "Ingress shop.shop",
    "NetworkPolicy shop",
    "RandomPassword garage-key-shop-uploads",
    "RandomPassword postgres-role-shop",
    "Secret shop",
    "Service shop",
  ]);
  const environment = JSON.stringify(plan.find("shop", deployment).inputs);
  for (const variable of ["DATABASE_URL", "PGPASSWORD", "S3_BUCKET", "AWS_SECRET_ACCESS_KEY"])
    expect(environment).toContain(`"name":"${variable}"`);
  expect(plan.upstream("shop", deployment).has("garage-setup")).toBe(true);
});

test("docs/how-to/add-an-app.md: the mistake that it shows is what the parser says", () => {
  const page = readPage("docs/how-to/add-an-app.md");
  const shown = blocksOf(page).find(({ text }) => text.startsWith("Pulumi.dev-fast.yaml has 1 error"))?.text;
  const text = readFileSync(join(folder, "Pulumi.dev-fast.yaml"), "utf8").replace(
    "database: shop_db",
    "database: shop_dbb",
  );
  const { config } = engineConfig("Pulumi.dev-fast.yaml", text);
  const sections = Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith("strata:") ? [[key.slice("strata:".length), value]] : [],
    ),
  );
  expect(() => parseConfig({ file: "Pulumi.dev-fast.yaml", sections })).toThrow(shown);
});

test("docs/how-to/add-a-stack.md: its file is a stack", async () => {
  const plan = await planOfText("shop", followed("docs/how-to/add-a-stack.md", "Pulumi.shop.yaml"));
  expect(plan.find("shop", deployment).inputs).toBeDefined();
  expect(plan.resources.filter(({ type }) => type.startsWith("kubernetes:")).length).toBeGreaterThan(30);
  expect(plan.resources.map(({ name }) => name)).not.toContain("grafana");
});
