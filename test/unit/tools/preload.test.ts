import { spawnSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { repository } from "../../../tools/toolchain/paths.ts";

const run = (script: string, env: NodeJS.ProcessEnv = process.env): string => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "./tools/preload.mjs", "-e", `const pulumi = require("@pulumi/pulumi");${script}`],
    { cwd: repository, encoding: "utf8", env },
  );
  return stdout + stderr;
};

describe("the program's preload", { timeout: 60_000 }, () => {
  it("loads neither compiler nor package installer with the SDK", () => {
    expect(
      run(`console.log(Object.keys(require.cache).some((path) => path.includes("pacote")),
        require("node:util").types.isProxy(require.cache[require.resolve("typescript")].exports))`),
    ).toBe("false true\n");
  });

  it("loads the compiler where somebody serializes a function after all", () => {
    const text = run(
      "pulumi.runtime.serializeFunction(() => 42).then(({ text }) => { console.log(text); process.exit(); })",
    );
    expect(text).toContain("return () => 42");
  });

  it("loads the automation API and the tracing packages when they are used, whole", () => {
    expect(
      run(`const loaded = () => Object.keys(require.cache).some((path) => path.includes("localWorkspace"));
        console.log(loaded(), typeof pulumi.automation.LocalWorkspace, loaded(), "LocalWorkspace" in { ...pulumi.automation });
        const sdk = require("node:module").createRequire(require.resolve("@pulumi/pulumi/package.json"));
        console.log(new (sdk("@opentelemetry/sdk-trace-node").NodeTracerProvider)().constructor.name);`),
    ).toBe("false function true true\nNodeTracerProvider\n");
  });

  it("drops what the SDK tells the engine's debug log, unless it was asked for", () => {
    // Without an engine the SDK writes it to the terminal, if it may.
    const script = `require("@pulumi/pulumi/runtime/settings").excessiveDebugOutput = true;
      pulumi.log.debug("hello").then(() => console.log("done"));`;
    expect(run(script)).toBe("done\n");
    expect(run(script, { ...process.env, STRATA_DEBUG: "true" })).toBe("debug: [runtime] hello\ndone\n");
  });

  it("looks no stack up in source maps", () => {
    expect(
      run(
        'require("source-map-support/register"); console.log(Object.keys(require.cache).some((path) => path.endsWith("source-map-support.js")))',
      ),
    ).toBe("false\n");
  });

  it("ends a program whose engine is gone, and leaves one with an engine alone", async () => {
    const program = (engine: string) =>
      spawnSync(
        process.execPath,
        ["--import", "./tools/preload.mjs", "-e", "setTimeout(() => process.exit(7), 6000)", "--", "--engine", engine],
        { cwd: repository },
      );
    const server = new Worker(
      'require("node:net").createServer().listen(0, "127.0.0.1", function () { require("node:worker_threads").parentPort.postMessage(this.address().port); })',
      { eval: true },
    );
    const port = await new Promise<number>((resolve) => server.once("message", resolve));
    expect(program(`127.0.0.1:${port}`).status).toBe(7);
    await server.terminate();
    expect(program(`127.0.0.1:${port}`).signal).toBe("SIGKILL");
  });
});
