// The script really runs, in sh with curl, against a stand-in that checks signatures.
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rustFsSetupScript } from "../../../../layers/platform/object-store/rustfs-setup.ts";
import { FakeRustFs } from "./fake-rustfs.ts";

const curl = /^curl (\d+)\.(\d+)/.exec(spawnSync("curl", ["--version"], { encoding: "utf8" }).stdout ?? "");
/** 7.75 is the first that signs. */
const signs = curl !== null && (Number(curl[1]) > 7 || (Number(curl[1]) === 7 && Number(curl[2]) >= 75));

describe.skipIf(!signs)("rustFsSetupScript (needs curl 7.75 or later)", { timeout: 60_000 }, () => {
  let rustfs: FakeRustFs;
  let port: number;
  let folder: string;

  beforeEach(async () => {
    rustfs = new FakeRustFs();
    port = await rustfs.start();
    folder = mkdtempSync(join(tmpdir(), "rustfs-setup-"));
    const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
    mkdirSync(join(folder, "root"));
    file("setup.sh", rustFsSetupScript);
    file("root/access-key", "root-id");
    file("root/secret-key", "root-secret");
    for (const bucket of ["logs", "traces"]) {
      file(`${bucket}.id`, `id-${bucket}`);
      file(`${bucket}.secret`, `secret-of-${bucket}`);
    }
  });

  afterEach(() => {
    rustfs.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (changes: Record<string, string> = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = {
        PATH: process.env["PATH"],
        TMPDIR: folder,
        ENDPOINT: `http://127.0.0.1:${port}`,
        REGION: "us-east-1",
        BUCKETS: "logs traces",
        ROOT_FOLDER: join(folder, "root"),
        KEYS_FOLDER: folder,
        ...changes,
      };
      execFile("sh", [join(folder, "setup.sh")], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });

  it("stops at once when its login is refused", async () => {
    writeFileSync(join(folder, "root/secret-key"), "another");
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toBe("rustfs setup: GET /logs answered 403: <Error><Code>SignatureDoesNotMatch</Code></Error>\n");
  });

  it("does not take a server error for an absent bucket", async () => {
    rustfs.broken.set("GET /logs", { status: 500, body: "out of order" });
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([1, "rustfs setup: GET /logs answered 500: out of order\n"]);
    expect(rustfs.buckets.size).toBe(0);
  });

  it("says which call failed with which answer, and shows no secret", async () => {
    rustfs.broken.set("PUT /rustfs/admin/v3/add-user", { status: 400, body: "secret key is required" });
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toBe(
      "rustfs setup: PUT /rustfs/admin/v3/add-user?accessKey=id-logs answered 400: secret key is required\n",
    );
    expect(stdout + stderr).not.toMatch(/secret-of|root-secret/);
  });

  it("waits until the server is ready, then makes bucket, policy and user, each user for its bucket alone", async () => {
    rustfs.starting = 1;
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      "bucket logs created\nkey of logs opens it\nbucket traces created\nkey of traces opens it\nrustfs setup: done\n",
    );
    expect([...rustfs.buckets]).toEqual(["logs", "traces"]);
    expect([...rustfs.users]).toEqual([
      ["id-logs", "secret-of-logs"],
      ["id-traces", "secret-of-traces"],
    ]);
    expect([...rustfs.attached]).toEqual([
      ["id-logs", "logs"],
      ["id-traces", "traces"],
    ]);
    expect(JSON.stringify(rustfs.policies.get("logs"))).toContain('"arn:aws:s3:::logs/*"');
    expect(JSON.stringify(rustfs.policies.get("logs"))).not.toContain("traces");
  });

  it("changes nothing when run again", async () => {
    await run();
    const { code, stdout } = await run();
    expect([code, stdout]).toEqual([0, "key of logs opens it\nkey of traces opens it\nrustfs setup: done\n"]);
    expect(rustfs.buckets.size).toBe(2);
  });
});
