// A plugin whose engine is gone before it has said its port.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../../../tools/plugins/random/main.ts", import.meta.url));

test("it ends, although its parent is the same as at its start", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", main, "127.0.0.1:1"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdout.destroy();
  const ended = new Promise<string>((resolve) => child.on("exit", (code) => resolve(`ended with ${code}`)));
  const late = new Promise<string>((resolve) => setTimeout(() => resolve("lives on"), 15_000).unref());
  try {
    expect(await Promise.race([ended, late])).toBe("ended with 1");
  } finally {
    child.kill("SIGKILL");
  }
}, 20_000);
