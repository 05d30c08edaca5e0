// The cluster's own requests of self-init and the access Job's script, against OpenBao itself: what an `up` proves on every new cluster.
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessScript } from "../../layers/platform/openbao/access-script.ts";
import { selfInitRequests } from "../../layers/platform/openbao/self-init.ts";
import { openbaoAudience, openbaoNames } from "../../lib/openbao.ts";
import { installBao } from "../support/openbao/install.ts";
import { testIssuer } from "../support/openbao/issuer.ts";
import { operatorRequests } from "../support/openbao/operator.ts";
import { type BaoServer, startBao } from "../support/openbao/server.ts";

const installed = await installBao();
const program = typeof installed === "string" ? installed : "";
const missing = typeof installed === "string" ? "" : installed.missing;

const names = openbaoNames("bao");
const issuer = testIssuer();
const admin = { namespace: names.namespace, serviceAccount: names.adminAccount, audience: openbaoAudience };

describe.skipIf(missing !== "")(`the access Job${missing && ` (${missing})`}`, { timeout: 60_000 }, () => {
  let server: BaoServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "openbao-access-"));
    if (program === "") return;
    symlinkSync(program, join(folder, "bao"));
    writeFileSync(join(folder, "access.sh"), accessScript);
    writeFileSync(join(folder, "password"), "correct horse battery");
    server = await startBao({
      program,
      operator: operatorRequests(issuer, names.cluster, openbaoAudience),
      requests: selfInitRequests(names, { issuer: issuer.issuer, publicKeys: issuer.publicKeys }),
    });
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (of: Partial<typeof admin>, changes: Record<string, string> = {}) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      writeFileSync(join(folder, "token"), issuer.token({ ...admin, ...of }));
      chmodSync(join(folder, "token"), 0o600);
      const env = {
        PATH: `${folder}:${process.env["PATH"]}`,
        HOME: folder,
        TMPDIR: folder,
        BAO_ADDR: server.address,
        BAO_CACERT: server.caFile,
        BAO_TLS_SERVER_NAME: names.tlsServerName,
        LOGIN_MOUNT: names.adminMount,
        LOGIN_ROLE: names.adminRole,
        TOKEN_FILE: join(folder, "token"),
        DEMO_LOGIN: "off",
        DEMO_MOUNT: "userpass",
        DEMO_USER: names.demoUser,
        DEMO_POLICY: "admin",
        DEMO_PASSWORD_FILE: join(folder, "password"),
        DEADLINE_SECONDS: "1",
        ...changes,
      };
      execFile("sh", [join(folder, "access.sh")], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr }),
      );
    });

  const passwordLogin = (password: string) =>
    server.request("POST", `auth/userpass/login/${names.demoUser}`, { body: { password } });

  test("fails, with the server's reason, for another audience, another account, and a name that is not in the certificate", async () => {
    expect(await run({ audience: "another" })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/invalid audience/),
    });
    expect(await run({ serviceAccount: "default" })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/invalid subject/),
    });
    expect(await run({}, { BAO_TLS_SERVER_NAME: "elsewhere.test" })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/certificate is valid for/),
    });
  });

  test("off, on a new cluster: the admin's login works, and there is no login by password", async () => {
    const { code, output } = await run({});
    expect(output).toContain("logged in as admin by auth/jwt");
    expect(code).toBe(0);
    expect((await passwordLogin("correct horse battery")).status).not.toBe(200);
  });

  test("on, and once more with another password: the last one opens, as the admin, for an hour", async () => {
    expect((await run({}, { DEMO_LOGIN: "on" })).code).toBe(0);
    writeFileSync(join(folder, "password"), "another one");
    expect((await run({}, { DEMO_LOGIN: "on" })).code).toBe(0);
    expect((await passwordLogin("correct horse battery")).status).toBe(400);
    const { status, body } = await passwordLogin("another one");
    expect(status).toBe(200);
    expect(body).toMatchObject({ auth: { token_policies: ["admin", "default"], lease_duration: 3600 } });
  });

  test("off again: the mount is gone, and the secrets' engine is what it was", async () => {
    expect((await run({})).code).toBe(0);
    expect((await passwordLogin("another one")).status).not.toBe(200);
    const token = await server.login(issuer.token(admin));
    const { body } = await server.request("GET", "sys/mounts", { token });
    expect(body).toMatchObject({ data: { "secret/": { type: "kv", options: { version: "2" } } } });
  });

  test("somebody else's mount of that name stays, without our user", async () => {
    const token = await server.login(issuer.token(admin));
    await server.request("POST", "sys/auth/userpass", { token, body: { type: "userpass", description: "the team's" } });
    await server.request("POST", "auth/userpass/users/alice", { token, body: { password: "alices-own" } });
    expect((await run({}, { DEMO_LOGIN: "on" })).code).toBe(0);
    expect((await passwordLogin("another one")).status).toBe(200);
    expect((await run({})).code).toBe(0);
    expect((await passwordLogin("another one")).status).toBe(400);
    const alice = await server.request("POST", "auth/userpass/login/alice", { body: { password: "alices-own" } });
    expect(alice.status).toBe(200);
  });

  test("no token of the admin's outlives the script", async () => {
    const token = await server.login(issuer.token(admin));
    const { body } = await server.request("LIST", "auth/token/accessors", { token });
    const { keys } = (body as { data: { keys: readonly string[] } }).data;
    expect((await run({})).code).toBe(0);
    const after = await server.request("LIST", "auth/token/accessors", { token });
    expect((after.body as { data: { keys: readonly string[] } }).data.keys).toHaveLength(keys.length);
  });
});
