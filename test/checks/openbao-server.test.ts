// OpenBao itself, the program of its own release at the pinned version: its first start, the logins, and what they may do.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { images } from "../../versions.ts";
import { baoVersion, installBao } from "../support/openbao/install.ts";
import { testIssuer } from "../support/openbao/issuer.ts";
import { type BaoServer, startBao } from "../support/openbao/server.ts";
import { admin, adminToken, issuer, names, operator, requests, startLane } from "../support/openbao/strata-cluster.ts";

const installed = await installBao();
const program = typeof installed === "string" ? installed : "";
const missing = typeof installed === "string" ? "" : installed.missing;

test("the program is of the version that clusters start with", () => {
  expect(baoVersion("pinned")).toBe(images.openbao.tag);
});

describe.skipIf(missing !== "")(`OpenBao${missing && ` (${missing})`}`, () => {
  let server: BaoServer;
  beforeAll(async () => {
    if (program !== "") server = await startLane(program);
  });
  afterAll(() => server?.close());

  describe("the first start", () => {
    test("runs the operator's requests and then ours, each in its place, and none fails", () => {
      const ran = server.requests();
      const expected = [...operator, ...requests].map(({ path }) => path);
      expect(ran.slice(0, expected.length).map(({ path }) => path)).toEqual(expected);
      expect(ran.slice(0, expected.length).filter(({ error }) => error !== undefined)).toEqual([]);
    });

    test("leaves a server that is initialized and unsealed, and a root token that is revoked", async () => {
      expect((await server.request("GET", "sys/health")).body).toMatchObject({
        initialized: true,
        sealed: false,
        standby: false,
        version: images.openbao.tag,
      });
      const { length } = [...operator, ...requests];
      expect(server.requests()[length]).toMatchObject({ path: "auth/token/revoke-self", error: undefined });
      // Only the admin's own token is left: no accessor has the policy root.
      const token = await adminToken(server);
      const { body } = await server.request("LIST", "auth/token/accessors", { token });
      const { keys } = (body as { data: { keys: readonly string[] } }).data;
      for (const accessor of keys) {
        const found = await server.request("POST", "auth/token/lookup-accessor", { token, body: { accessor } });
        expect((found.body as { data: { policies: readonly string[] } }).data.policies).not.toContain("root");
      }
      expect(keys.length).toBeGreaterThan(0);
    });

    test.each([
      [
        "a request before what it needs",
        requests.toSorted((a, b) => Number(b.name === "admin-role") - Number(a.name === "admin-role")),
        /initialize\.\[admin-role \(0\)\].*\n.*unsupported path/,
      ],
      [
        "a device for audit records",
        [
          {
            name: "audit",
            operation: "update",
            path: "sys/audit/file",
            auditDevice: { type: "file", fileOptions: { filePath: "stdout" } },
          },
          ...requests,
        ],
        /initialize\.\[audit \(0\)\].*\n.*invalid request/,
      ],
    ])("fails for %s, and that data never starts again, whatever the requests are then", async (_, wrong, message) => {
      const folder = mkdtempSync(join(tmpdir(), "strata-openbao-"));
      try {
        await expect(startBao({ program, folder, requests: wrong })).rejects.toThrow(message);
        await expect(startBao({ program, folder, requests })).rejects.toThrow(
          "self-initialization failed: refusing to unseal",
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });

  describe("the admin's login", () => {
    test("takes a token of its service account and gives the policy admin for an hour", async () => {
      const token = await adminToken(server);
      const { body } = await server.request("GET", "auth/token/lookup-self", { token });
      expect(body).toMatchObject({
        data: { policies: ["admin", "default"], meta: { role: names.adminRole }, creation_ttl: 3600 },
      });
    });

    test.each([
      ["another audience", { ...admin, audience: "https://kubernetes.default.svc" }, /invalid audience \(aud\) claim/],
      ["another service account", { ...admin, serviceAccount: "default" }, /invalid subject \(sub\) claim/],
      ["another namespace", { ...admin, namespace: "default" }, /invalid subject \(sub\) claim/],
      ["another issuer", { ...admin, issuer: "https://elsewhere.test" }, /invalid issuer \(iss\) claim/],
      ["a token of yesterday", { ...admin, seconds: -86_400 }, /expired/],
    ])("refuses %s", async (_, of, message) => {
      await expect(server.login(issuer.token(of))).rejects.toThrow(message);
    });

    test("refuses a token that another key signed", async () => {
      await expect(server.login(testIssuer(issuer.issuer).token(admin))).rejects.toThrow(/signature/);
    });

    test("refuses a role that there is none of", async () => {
      await expect(server.login(issuer.token(admin), "root")).rejects.toThrow(/role "root" could not be found/);
    });

    test("never works where its mount was not configured", async () => {
      const unconfigured = await startLane(program, {
        requests: requests.filter(({ path }) => path !== `auth/${names.adminMount}/config`),
      });
      try {
        await expect(unconfigured.login(issuer.token(admin))).rejects.toThrow(/could not load configuration/);
      } finally {
        await unconfigured.close();
      }
    });
  });

  describe("what a login may do", () => {
    test("the admin writes and reads a secret", async () => {
      const token = await adminToken(server);
      const path = `${names.secrets}/data/written`;
      expect(await server.request("POST", path, { token, body: { data: { colour: "blue" } } })).toMatchObject({
        status: 200,
      });
      expect((await server.request("GET", path, { token })).body).toMatchObject({ data: { data: { colour: "blue" } } });
    });

    test("nobody without a token, and no token without the policy", async () => {
      const created = await server.request("POST", "auth/token/create", {
        token: await adminToken(server),
        body: { policies: ["default"], no_parent: true },
      });
      const { client_token: token } = (created.body as { auth: { client_token: string } }).auth;
      for (const options of [{}, { token }])
        for (const path of [`${names.secrets}/data/written`, "sys/policies/acl/admin", "sys/storage/raft/snapshot"])
          expect(await server.request("GET", path, options)).toMatchObject({ status: 403 });
    });
  });
});
