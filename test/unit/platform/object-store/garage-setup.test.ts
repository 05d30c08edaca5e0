// The script really runs, in sh, against an admin API in memory; nc and timeout are replaced, so that any machine will do.
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setupScript } from "../../../../layers/platform/object-store/garage-setup.ts";
import { FakeGarage } from "./fake-garage.ts";

const netcat = `#!${process.execPath}
const socket = require("node:net").connect(process.argv[3], process.argv[2]);
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on("error", (error) => { console.error(error.message); process.exit(1); });
socket.on("close", () => process.exit(0));
`;

describe("setupScript", { timeout: 60_000 }, () => {
  let garage: FakeGarage;
  let port: number;
  let folder: string;

  beforeEach(async () => {
    garage = new FakeGarage();
    port = await garage.start();
    folder = mkdtempSync(join(tmpdir(), "garage-setup-"));
    const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
    file("nc", netcat);
    file("timeout", '#!/bin/sh\nshift\nexec "$@"\n');
    chmodSync(join(folder, "nc"), 0o700);
    chmodSync(join(folder, "timeout"), 0o700);
    file("setup.sh", setupScript);
    file("admin-token", "the-token");
    for (const bucket of ["logs", "traces"]) {
      file(`${bucket}.id`, `GK-${bucket}`);
      file(`${bucket}.secret`, `secret-of-${bucket}`);
    }
  });

  afterEach(() => {
    garage.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (changes: Record<string, string> = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = {
        PATH: `${folder}:${process.env["PATH"]}`,
        TMPDIR: folder,
        GARAGE_HOST: "127.0.0.1",
        GARAGE_PORT: String(port),
        CAPACITY_BYTES: "4096",
        BUCKETS: "logs traces",
        TOKEN_FILE: join(folder, "admin-token"),
        KEYS_FOLDER: folder,
        ...changes,
      };
      execFile("sh", [join(folder, "setup.sh")], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });

  it("stops at once when the token is refused", async () => {
    writeFileSync(join(folder, "admin-token"), "another");
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toBe(
      'garage setup: GET /v2/GetNodeInfo?node=self answered 403: {  "code": "AccessDenied",  "message": "Invalid token"}\n',
    );
  });

  it("says which call failed with which answer, and shows no secret", async () => {
    garage.broken.set("ImportKey", { status: 400, body: '{"message": "Invalid key"}' });
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toBe('garage setup: POST /v2/ImportKey answered 400: {"message": "Invalid key"}\n');
    expect(stdout + stderr).not.toContain("secret-of");
  });

  it("does not take a server error for an absent bucket", async () => {
    garage.broken.set("GetBucketInfo", { status: 500, body: "out of order" });
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toBe("garage setup: GET /v2/GetBucketInfo?globalAlias=logs answered 500: out of order\n");
    expect(garage.calls).not.toContain("CreateBucket");
  });

  it("makes layout, then keys, buckets and permissions", async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(garage.calls).toEqual([
      "GetNodeInfo",
      "UpdateClusterLayout",
      "ApplyClusterLayout",
      "GetClusterHealth",
      ...Array(2).fill(["GetKeyInfo", "ImportKey", "GetBucketInfo", "CreateBucket", "AllowBucketKey"]).flat(),
    ]);
    expect(garage.role).toEqual({ id: "a1".repeat(32), zone: "local", capacity: 4096, tags: [] });
    expect([...garage.keys]).toEqual([
      ["GK-logs", "secret-of-logs"],
      ["GK-traces", "secret-of-traces"],
    ]);
    expect(garage.allowed).toEqual(["GK-logs rw 1", "GK-traces rw 2"]);
    expect(stdout).toBe(
      "layout 1 applied: 4096 bytes\nkey of logs imported\nbucket logs created\nkey of traces imported\nbucket traces created\ngarage setup: done\n",
    );
  });

  it("changes nothing when run again, and adds only what is new", async () => {
    await run({ BUCKETS: "logs" });
    const { stdout: again } = await run({ BUCKETS: "logs" });
    expect(again).toBe("garage setup: done\n");
    const { stdout: more } = await run({ CAPACITY_BYTES: "8192" });
    expect(more).toBe(
      "layout 2 applied: 8192 bytes\nkey of traces imported\nbucket traces created\ngarage setup: done\n",
    );
    expect(garage.keys.size).toBe(2);
  });
});
