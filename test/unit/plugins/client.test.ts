// The API client on a server that goes away and comes back.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, expect, test } from "vitest";
import { ApiClient, ApiError, ConnectionError } from "../../../tools/plugins/kubernetes/client.ts";

let server: Server | undefined;
let client: ApiClient | undefined;
afterEach(() => {
  client?.close();
  server?.closeAllConnections();
  server?.close();
});

/** @param answer the status of each request, by its number from 1; 0 breaks the connection off. */
const listen = (port: number, answer: (count: number) => number): Promise<number> =>
  new Promise((resolve) => {
    let count = 0;
    const started = createServer((_, response) => {
      count += 1;
      const status = answer(count);
      if (status === 0) response.socket?.destroy();
      else response.writeHead(status).end(JSON.stringify({ count, message: `status ${status}` }));
    });
    server = started;
    started.listen(port, "127.0.0.1", () => resolve((started.address() as AddressInfo).port));
  });

const open = (port: number): ApiClient => {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: "c", server: `http://127.0.0.1:${port}`, skipTLSVerify: true }, { name: "u" });
  client = new ApiClient(config, { requestsPerSecond: 100, burst: 100, timeoutSeconds: 5 });
  return client;
};

const stop = (): Promise<void> =>
  new Promise((resolve) => {
    server?.closeAllConnections();
    server?.close(() => resolve());
  });

test("a server that answered before is waited for", async () => {
  const port = await listen(0, () => 200);
  const api = open(port);
  await api.send({ path: "/" });
  await stop();
  const waiting = api.send({ path: "/" });
  setTimeout(() => void listen(port, () => 200), 700);
  expect(await waiting).toMatchObject({ count: 1 });
});

test("one that breaks off in the middle, or asks for patience, is asked again", async () => {
  const port = await listen(0, (count) => [200, 0, 503, 429, 200][count - 1] ?? 500);
  const api = open(port);
  await api.send({ path: "/" });
  expect(await api.send({ path: "/" })).toMatchObject({ count: 5 });
});

test("one that never answered is not waited for", async () => {
  const port = await listen(0, () => 200);
  await stop();
  const started = performance.now();
  await expect(open(port).send({ path: "/" })).rejects.toThrow(ConnectionError);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("an answer that says no is not asked for again", async () => {
  const port = await listen(0, (count) => (count === 1 ? 200 : 404));
  const api = open(port);
  await api.send({ path: "/" });
  await expect(api.send({ path: "/" })).rejects.toThrow(ApiError);
});
