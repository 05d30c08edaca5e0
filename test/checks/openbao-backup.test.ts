// A backup of a real server through a real S3 client, and what a restore and a newer program make of the data. The store is moto's S3, in memory:
// it speaks S3's protocol and looks at no signature.
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { images } from "../../versions.ts";
import { installSimulator } from "../support/aws/simulator/install.ts";
import { openStore, type Store } from "../support/aws/simulator/store.ts";
import { baoVersion, installBao } from "../support/openbao/install.ts";
import { type BaoServer, startBao } from "../support/openbao/server.ts";
import { adminToken, jobToken, names, startLane } from "../support/openbao/strata-cluster.ts";

const [installed, newer, simulator] = [await installBao(), await installBao("newer"), await installSimulator()];
const program = typeof installed === "string" ? installed : "";
const newProgram = typeof newer === "string" ? newer : "";
const missing = [installed, newer, simulator].flatMap((found) =>
  typeof found !== "string" && "missing" in found ? found.missing : [],
);

const key = "clusters/bao/openbao/bao/1.snap";
const path = `${names.secrets}/data/canary`;

describe.skipIf(missing.length > 0)(`OpenBao's data${missing.map((why) => ` (${why})`).join("")}`, () => {
  let server: BaoServer;
  let store: Store;
  const client = new AwsClient({
    accessKeyId: "backup",
    secretAccessKey: "backup",
    region: "us-east-1",
    service: "s3",
  });
  const s3 = (name: string, init: RequestInit) => client.fetch(`${store.endpoint}/${name}`, init);

  const write = async (value: string) => {
    const { status } = await server.request("POST", path, {
      token: await adminToken(server),
      body: { data: { value } },
    });
    expect(status).toBe(200);
  };
  const read = async (of: BaoServer) => {
    const { body } = await of.request("GET", path, { token: await adminToken(of) });
    return (body as { data: { data: { value: string } } }).data.data.value;
  };

  beforeAll(async () => {
    if ("missing" in simulator) return;
    server = await startLane(program);
    store = await openStore(simulator);
    expect((await s3("openbao-backups", { method: "PUT" })).status).toBe(200);
  });
  afterAll(async () => {
    await store?.close();
    await server?.close();
  });

  test("the backup's login takes a snapshot, and may do nothing else", async () => {
    await write("before");
    const token = await jobToken(server, "openbao-operator-backup");
    const snapshot = await server.request("GET", "sys/storage/raft/snapshot", { token });
    expect(snapshot.status).toBe(200);
    expect(snapshot.bytes.length).toBeGreaterThan(10_000);
    // A gzip archive, whose secrets are encrypted in it.
    expect(snapshot.bytes.subarray(0, 2).toString("hex")).toBe("1f8b");
    const body = new Uint8Array(snapshot.bytes);
    expect((await s3(`openbao-backups/${key}`, { method: "PUT", body })).status).toBe(200);
    expect((await server.request("GET", path, { token })).status).toBe(403);
    expect(
      (await server.request("POST", "sys/storage/raft/snapshot-force", { token, body: snapshot.bytes })).status,
    ).toBe(403);
  });

  test("the restore's login takes none", async () => {
    const restore = await jobToken(server, "openbao-operator-restore");
    expect((await server.request("GET", "sys/storage/raft/snapshot", { token: restore })).status).toBe(403);
  });

  test("what comes back from the store is restored: the canary of before, and logins go on", async () => {
    await write("after");
    expect(await read(server)).toBe("after");
    const object = await s3(`openbao-backups/${key}`, { method: "GET" });
    const bytes = Buffer.from(await object.arrayBuffer());
    const token = await jobToken(server, "openbao-operator-restore");
    expect((await server.request("POST", "sys/storage/raft/snapshot-force", { token, body: bytes })).status).toBe(204);
    await expect.poll(async () => (await server.request("GET", "sys/health")).status, { timeout: 20_000 }).toBe(200);
    expect(await read(server)).toBe("before");
  });

  test("a damaged object is refused, and the data stays", async () => {
    const object = await s3(`openbao-backups/${key}`, { method: "GET" });
    const bytes = Buffer.from(await object.arrayBuffer()).subarray(0, 9000);
    const token = await jobToken(server, "openbao-operator-restore");
    const { status } = await server.request("POST", "sys/storage/raft/snapshot-force", { token, body: bytes });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(await read(server)).toBe("before");
  });

  test("a newer program starts with the data of the pinned one, and reads and writes it", async () => {
    expect(baoVersion("newer")).not.toBe(images.openbao.tag);
    await server.stop();
    // Nothing is initialized a second time, so it needs no requests.
    const next = await startBao({ program: newProgram, requests: [], folder: server.folder });
    try {
      expect((await next.request("GET", "sys/health")).body).toMatchObject({
        version: baoVersion("newer"),
        sealed: false,
      });
      expect(await read(next)).toBe("before");
      const { status } = await next.request("POST", path, {
        token: await adminToken(next),
        body: { data: { value: "newer" } },
      });
      expect(status).toBe(200);
      expect(await read(next)).toBe("newer");
    } finally {
      await next.stop();
    }
  });
});
