// A wait while the API server is silent: it goes on for a while, and then says what it is.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotReady, untilReady } from "../../../tools/plugins/kubernetes/await/wait.ts";
import type { Cluster } from "../../../tools/plugins/kubernetes/cluster.ts";
import type { Properties } from "../../../tools/plugins/rpc/values.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const deployment = (ready: number): Properties => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "n", uid: "1", generation: 1 },
  spec: { replicas: 1, selector: { matchLabels: { app: "web" } } },
  status: {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: ready,
    availableReplicas: ready,
    conditions: [{ type: "Available", status: ready > 0 ? "True" : "False" }],
  },
});

/** Silent for so many seconds, then there again. */
const cluster = (silentSeconds: number): Cluster => {
  const end = performance.now() + silentSeconds * 1000;
  const answer = async (): Promise<Properties> => {
    if (performance.now() < end) throw new Error("connect ECONNREFUSED");
    return deployment(1);
  };
  return { get: answer, list: async () => (await answer()) && [], log: async () => [] } as unknown as Cluster;
};

const wait = (silentSeconds: number) => {
  const created = deployment(0);
  return untilReady(
    created,
    {
      cluster: cluster(silentSeconds),
      inputs: created,
      timeoutSeconds: 600,
      signal: new AbortController().signal,
      status: () => undefined,
    },
    false,
  );
};

test("a minute of silence is waited for", async () => {
  const waiting = wait(60);
  await vi.advanceTimersByTimeAsync(90_000);
  expect(await waiting).toMatchObject({ status: { readyReplicas: 1 } });
});

test("after two minutes of it the wait ends, long before its time, and names the silence", async () => {
  const failed = wait(1000).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(130_000);
  const error = await failed;
  expect(error).toBeInstanceOf(NotReady);
  expect((error as NotReady).message).toMatch(
    /^'web' can't be waited for any longer\n(?:.|\n)*the API server does not answer: connect ECONNREFUSED$/,
  );
});
