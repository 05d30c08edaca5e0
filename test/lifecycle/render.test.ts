// What is rendered of dev-fast, built by kustomize and given to a real API server, which checks every object and keeps none.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namespaces } from "../../names.ts";
import { writeFolder } from "../../tools/render/folder.ts";
import { type Rendered, renderStack } from "../../tools/render/stack.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-render-"));
let cluster: TestCluster | undefined;
let rendered: Rendered;

const kubectl = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(await locate("kubectl"), args, {
    env: { ...process.env, KUBECONFIG: cluster?.kubeconfig },
    maxBuffer: 64 << 20,
  });
  return stdout;
};

beforeAll(async () => {
  const text = readFileSync(new URL("../../Pulumi.dev-fast.yaml", import.meta.url), "utf8");
  rendered = await renderStack({ stack: "dev-fast", text });
  writeFolder(folder, rendered.tree);
  cluster = await startCluster();
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("kustomize builds the stack, and the API server accepts every object of it", async () => {
  // A dry run keeps no namespace, and some stay with Pulumi.
  for (const name of new Set(Object.values(namespaces))) await kubectl("create", "namespace", name);
  const accepted = await kubectl(
    ...["apply", "--server-side", "--force-conflicts", "--dry-run=server", "--output=name", "--kustomize", folder],
  );
  expect(accepted.trim().split("\n")).toHaveLength(rendered.division.delivered.length);
  expect(await cluster?.get("apps/v1/StatefulSet", "postgres", namespaces.database)).toBeUndefined();
});
