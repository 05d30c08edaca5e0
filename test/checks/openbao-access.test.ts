// The script of the access Job with the real program and a real server: the environment is the pod's, but for places on this machine.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { accessPod } from "../../layers/platform/openbao/access-pod.ts";
import { capture } from "../../tools/terminal/process.ts";
import { testAuthority } from "../support/certificates.ts";
import { installBao } from "../support/openbao/install.ts";
import type { BaoServer } from "../support/openbao/server.ts";
import { admin, adminToken, issuer, names, startLane } from "../support/openbao/strata-cluster.ts";

const installed = await installBao();
const program = typeof installed === "string" ? installed : "";
const missing = typeof installed === "string" ? "" : installed.missing;

const password = "correct-horse-battery-staple";

describe.skipIf(missing !== "")(`OpenBao's access Job${missing && ` (${missing})`}`, () => {
  let server: BaoServer;
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    server = await startLane(program);
    folder = mkdtempSync(join(tmpdir(), "strata-openbao-access-"));
    mkdirSync(file("bin"));
    // The real program, and a note of the arguments that anybody on the machine could have read.
    writeFileSync(file("bin/bao"), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${file("arguments")}\nexec ${program} "$@"\n`);
    chmodSync(file("bin/bao"), 0o700);
    writeFileSync(file("password"), password);
    writeFileSync(file("other.crt"), testAuthority().certificate);
  });
  beforeEach(() => {
    writeFileSync(file("token"), issuer.token(admin));
    writeFileSync(file("arguments"), "");
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const job = async (demo: "on" | "off", changes: Readonly<Record<string, string>> = {}) => {
    const pod = accessPod({
      names,
      image: "openbao",
      serviceAccount: names.adminAccount,
      checksum: "",
      ...(demo === "on" && { demoSecret: "demo" }),
    });
    const [container] = pod.containers;
    const here = {
      PATH: `${file("bin")}:${process.env["PATH"]}`,
      TMPDIR: folder,
      HOME: folder,
      BAO_ADDR: server.address,
      BAO_CACERT: server.caFile,
      TOKEN_FILE: file("token"),
      DEADLINE_SECONDS: "1",
      ...(demo === "on" && { DEMO_PASSWORD_FILE: file("password") }),
    };
    if (!container) throw new Error("the pod has no container");
    const env = { ...(container.env as Record<string, string>), ...here, ...changes };
    const [shell = "", ...args] = container.command as string[];
    const { code, stdout, stderr } = await capture(shell, args, { env, timeoutMs: 60_000 });
    return { code, said: stdout + stderr };
  };

  const byPassword = (given: string) =>
    server.request("POST", `auth/userpass/login/${names.demoUser}`, { body: { password: given } });
  const mounts = async () => {
    const { body } = await server.request("GET", "sys/auth", { token: await adminToken(server) });
    return Object.keys((body as { data: object }).data).toSorted();
  };
  const withoutDemo = ["jwt-operator/", "jwt/", "token/"];

  test("there is no login with a password by itself, and none after a run that has none to make", async () => {
    expect(await mounts()).toEqual(withoutDemo);
    expect(await job("off")).toMatchObject({
      code: 0,
      said: expect.stringMatching(/no login with a password\n.*done\n$/),
    });
    expect(await mounts()).toEqual(withoutDemo);
    expect((await byPassword(password)).status).toBe(403);
  });

  test("switched on, the password from the file logs in as admin, and another is refused; a second run changes nothing", async () => {
    for (const _ of ["first", "second"]) {
      expect(await job("on")).toMatchObject({ code: 0, said: expect.stringContaining("may log in with a password") });
      const { status, body } = await byPassword(password);
      expect(status).toBe(200);
      expect(body).toMatchObject({ auth: { policies: ["admin", "default"], lease_duration: 3600 } });
      expect((await byPassword("wrong")).status).toBe(400);
      expect(await mounts()).toEqual([...withoutDemo, "userpass/"]);
    }
  });

  test("another password replaces the one before", async () => {
    await job("on");
    writeFileSync(file("password"), "another one");
    await job("on");
    writeFileSync(file("password"), password);
    expect((await byPassword("another one")).status).toBe(200);
    expect((await byPassword(password)).status).toBe(400);
  });

  test("switched off again it is gone, and everything that it let in", async () => {
    await job("on");
    const { body } = await byPassword(password);
    const { client_token: token } = (body as { auth: { client_token: string } }).auth;
    expect((await server.request("GET", "auth/token/lookup-self", { token })).status).toBe(200);
    expect((await job("off")).code).toBe(0);
    expect(await mounts()).toEqual(withoutDemo);
    expect((await server.request("GET", "auth/token/lookup-self", { token })).status).toBe(403);
  });

  test("no password and no token is an argument or is printed, and none is left behind", async () => {
    const token = readFileSync(file("token"), "utf8");
    const ended = () => server.requests().filter(({ path }) => path === "auth/token/revoke-self").length;
    const before = ended();
    const runs = [await job("on"), await job("off")];
    const seen = [readFileSync(file("arguments"), "utf8"), ...runs.map(({ said }) => said)].join("\n");
    expect(seen).toContain("auth enable");
    for (const secret of [password, token, /\bs\.[A-Za-z0-9]{20,}/]) expect(seen).not.toMatch(secret);
    expect(server.log()).not.toContain(password);
    expect(ended() - before).toBe(runs.length);
  });

  test.each([
    ["a server of another authority", { BAO_CACERT: "other.crt" }, /certificate signed by unknown authority/],
    [
      "a server of another name",
      { BAO_TLS_SERVER_NAME: "openbao-cluster-other.local" },
      /certificate is valid for .*, not/,
    ],
    ["a mount that is not there", { LOGIN_MOUNT: "elsewhere" }, /permission denied/],
  ])("refuses %s", async (_, changes, message) => {
    const placed = Object.fromEntries(
      Object.entries(changes).map(([name, value]) => [name, name === "BAO_CACERT" ? file(value) : value]),
    );
    const before = await mounts();
    const { code, said } = await job("on", placed);
    expect(code).toBe(1);
    expect(said).toMatch(message);
    expect(await mounts()).toEqual(before);
  });

  test.each([
    ["another service account", { serviceAccount: "default" }, "invalid subject (sub) claim"],
    ["another audience", { audience: "https://kubernetes.default.svc" }, "invalid audience (aud) claim"],
  ])("refuses a token of %s", async (_, of, reason) => {
    writeFileSync(file("token"), issuer.token({ ...admin, ...of }));
    expect(await job("on")).toMatchObject({ code: 1, said: expect.stringContaining(reason) });
  });

  test("somebody else's mount of that name stays, without our user", async () => {
    const token = await adminToken(server);
    const alice = "auth/userpass/users/alice";
    await server.request("POST", "sys/auth/userpass", { token, body: { type: "userpass", description: "the team's" } });
    await server.request("POST", alice, { token, body: { password: "alices-own" } });
    expect((await job("on")).code).toBe(0);
    expect((await byPassword(password)).status).toBe(200);
    expect((await job("off")).code).toBe(0);
    expect((await byPassword(password)).status).toBe(400);
    expect((await server.request("GET", alice, { token })).status).toBe(200);
  });
});
