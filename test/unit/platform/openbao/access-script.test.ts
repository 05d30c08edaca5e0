// The script really runs, in sh, beside a stand-in for the bao program that records its arguments; a real server runs it elsewhere.
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accessScript, demoDescription } from "../../../../layers/platform/openbao/access-script.ts";

const fake = `#!/bin/sh
echo "\${BAO_TOKEN:+as $BAO_TOKEN: }$*" >> "$FOLDER/calls"
case "$*" in
  *jwt/login*) [ ! -f "$FOLDER/refuse" ] || { cat "$FOLDER/refuse" >&2; exit 2; }; echo token-of-admin ;;
  "auth list") cat "$FOLDER/mounts" ;;
esac
`;

const header = "Path      Type      Accessor    Description\n----      ----      --------    -----------\n";
const jwt = "jwt/      jwt       auth_jwt    n/a\n";
const ours = `userpass/      userpass       auth_up    ${demoDescription}\n`;
const other = "userpass/      userpass       auth_up    logins of the team\n";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openbao-access-"));
  writeFileSync(join(folder, "bao"), fake);
  chmodSync(join(folder, "bao"), 0o700);
  writeFileSync(join(folder, "access.sh"), accessScript);
  writeFileSync(join(folder, "token"), "jwt-of-the-account");
  writeFileSync(join(folder, "password"), "the-password");
  writeFileSync(join(folder, "mounts"), header + jwt);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (changes: Record<string, string> = {}) =>
  new Promise<{ code: number; output: string; calls: string[] }>((resolve) => {
    const env = {
      PATH: `${folder}:${process.env["PATH"]}`,
      TMPDIR: folder,
      FOLDER: folder,
      LOGIN_MOUNT: "jwt",
      LOGIN_ROLE: "admin",
      TOKEN_FILE: join(folder, "token"),
      DEMO_LOGIN: "off",
      DEMO_MOUNT: "userpass",
      DEMO_USER: "demo-admin",
      DEMO_POLICY: "admin",
      DEMO_PASSWORD_FILE: join(folder, "password"),
      DEADLINE_SECONDS: "0",
      ...changes,
    };
    execFile("sh", [join(folder, "access.sh")], { env }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === "number" ? error.code : 0,
        output: stdout + stderr,
        calls: existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [],
      }),
    );
  });

test("a refused login ends it with the server's own words, and nothing is changed", async () => {
  writeFileSync(join(folder, "refuse"), "Code: 400. Errors:\n* error validating token: invalid audience (aud) claim");
  const { code, output, calls } = await run({ DEMO_LOGIN: "on" });
  expect(code).toBe(1);
  expect(output).toMatch(/no login as admin at auth\/jwt within 0 s: .*invalid audience/);
  expect(calls).toHaveLength(1);
});

test("a value of DEMO_LOGIN that is neither on nor off is refused", async () => {
  const { code, output } = await run({ DEMO_LOGIN: "yes" });
  expect(code).toBe(1);
  expect(output).toContain("DEMO_LOGIN is on or off, got yes");
});

test("on: the mount is made, the user gets the policy, and the admin's token is given back", async () => {
  const { code, calls } = await run({ DEMO_LOGIN: "on" });
  expect(code).toBe(0);
  expect(calls).toEqual([
    `write -field=token auth/jwt/login role=admin jwt=@${join(folder, "token")}`,
    "as token-of-admin: auth list",
    `as token-of-admin: auth enable -path=userpass -description=${demoDescription} userpass`,
    `as token-of-admin: write auth/userpass/users/demo-admin password=@${join(folder, "password")} token_policies=admin token_ttl=1h`,
    "as token-of-admin: token revoke -self",
  ]);
});

test("on, again: the mount that is there is used, and the user is written anew", async () => {
  writeFileSync(join(folder, "mounts"), header + jwt + ours);
  const { code, calls } = await run({ DEMO_LOGIN: "on" });
  expect(code).toBe(0);
  expect(calls.filter((call) => call.includes("enable"))).toEqual([]);
  expect(calls.some((call) => call.includes("users/demo-admin"))).toBe(true);
});

test.each([
  ["nothing there: nothing is done", header + jwt, []],
  ["our mount goes", header + jwt + ours, ["as token-of-admin: auth disable userpass"]],
  [
    "somebody else's mount stays, without our user",
    header + jwt + other,
    ["as token-of-admin: delete auth/userpass/users/demo-admin"],
  ],
])("off, %s", async (_, mounts, expected) => {
  writeFileSync(join(folder, "mounts"), mounts);
  const { code, calls } = await run();
  expect(code).toBe(0);
  expect(calls.slice(2, -1)).toEqual(expected);
});

test("no password and no token is an argument of a program, and none is printed", async () => {
  const { output, calls } = await run({ DEMO_LOGIN: "on" });
  expect(calls.join("\n").replaceAll("as token-of-admin: ", "")).not.toMatch(
    /the-password|jwt-of-the-account|token-of-admin/,
  );
  expect(output).not.toMatch(/the-password|jwt-of-the-account|token-of-admin/);
});
