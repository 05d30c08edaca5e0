// What a failed wait tells of a workload's pods: the part that a simulated cluster can't show, since nothing runs there.
import { expect, test } from "vitest";
import { failureDetails } from "../../../tools/plugins/kubernetes/await/details.ts";
import type { Cluster } from "../../../tools/plugins/kubernetes/cluster.ts";
import type { Properties } from "../../../tools/plugins/rpc/values.ts";

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "n" },
  spec: { selector: { matchLabels: { app: "web" } } },
};
const ended = { exitCode: 2, reason: "Error", message: "no database" };
const pod = (containerStatus: Properties): Properties => ({
  kind: "Pod",
  metadata: { name: "web-1", namespace: "n" },
  status: { phase: "Running", containerStatuses: [{ name: "main", ready: false, ...containerStatus }] },
});
const event = {
  type: "Warning",
  reason: "BackOff",
  message: "restarting",
  involvedObject: { kind: "Pod", name: "web-1" },
};

const clusterWith = (thePod: Properties, asked: string[] = []): Cluster =>
  ({
    list: async (path: string) => (path.endsWith("/pods") ? [thePod] : path.endsWith("/events") ? [event] : []),
    log: async (_: Properties, container: string, previous: boolean, lines: number) => {
      asked.push(`${container} previous=${previous} lines=${lines}`);
      return ["starting", "panic: no database"];
    },
  }) as unknown as Cluster;

test("a container that crashes: its state, its last words, the last event, and the tail of the log of the run that ended", async () => {
  const asked: string[] = [];
  const crashed = pod({
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
    lastState: { terminated: ended },
  });
  expect(await failureDetails(clusterWith(crashed, asked), deployment)).toEqual([
    '[Pod n/web-1]: container "main" waits: [CrashLoopBackOff] back-off 10s',
    '[Pod n/web-1]: container "main" ended with exit code 2 (Error): no database',
    "[Pod web-1]: [BackOff] restarting",
    '[Pod n/web-1]: last log lines of container "main":\nstarting\npanic: no database',
  ]);
  expect(asked).toEqual(["main previous=true lines=10"]);
});

test("an image that can't be pulled has no log to show", async () => {
  const waiting = pod({ state: { waiting: { reason: "ErrImagePull", message: "404" } } });
  expect(await failureDetails(clusterWith(waiting), deployment)).toEqual([
    '[Pod n/web-1]: container "main" waits: [ErrImagePull] 404',
    "[Pod web-1]: [BackOff] restarting",
  ]);
});
