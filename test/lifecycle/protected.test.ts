// What the drill rests on: the real engine spares what is protected, with what that depends on, and the next up goes on with it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, startEngine } from "../plugins/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine("protected-fixture");
  await engine.config({ protect: "true" });
}, 300_000);
afterAll(() => engine?.close());

const output = async (name: string): Promise<string> =>
  (await engine.command("stack", "output", name, "--json", "--show-secrets")).trim();

const names = async (): Promise<string[]> => {
  const { deployment } = JSON.parse(await engine.command("stack", "export")) as {
    deployment: { resources: { urn: string; custom: boolean; type: string }[] };
  };
  return deployment.resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"))
    .map(({ urn }) => urn.split("::").at(-1) ?? "")
    .sort();
};

test("a cluster is rebuilt around its data", { timeout: 300_000 }, async () => {
  expect((await engine.run("up")).code).toBe(0);
  const [data, controlPlane] = [await output("data"), await output("rebuilt")];

  const refused = await engine.run("destroy");
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("protected");
  // Without a preview the engine deletes until it comes to what is protected: `npm run destroy` asks before (tools/engine/protected.ts).
  expect(await names()).toEqual(["bucket", "control-plane", "database", "key", "vpc"]);

  await engine.config({ protect: "data" });
  expect((await engine.run("up")).code).toBe(0);
  const destroyed = await engine.run("destroy", "--exclude-protected");
  expect([destroyed.code, destroyed.operations]).toEqual([
    0,
    ["delete RandomPassword control-plane", "delete RandomPassword workload"],
  ]);
  expect(await names()).toEqual(["bucket", "database", "key", "vpc"]);

  await engine.config({ protect: "true" });
  const rebuilt = await engine.run("up");
  expect(rebuilt.code).toBe(0);
  expect(rebuilt.changes).toMatchObject({ create: 2 });
  expect(rebuilt.operations.filter((operation) => !operation.startsWith("create "))).toEqual([]);
  expect(await output("data")).toBe(data);
  expect(await output("rebuilt")).not.toBe(controlPlane);
});
