import { describe, expect, it } from "vitest";
import { podProblems, warnings } from "../../../tools/plugins/kubernetes/await/pods.ts";
import { evaluate, isAwaited, type Related } from "../../../tools/plugins/kubernetes/await/rules.ts";
import { interval, timeoutOf } from "../../../tools/plugins/kubernetes/await/wait.ts";
import type { Properties } from "../../../tools/plugins/rpc/values.ts";

const verdict = (kind: string, rest: Properties, related: Related = {}, notes: Properties = {}) => {
  const slash = kind.lastIndexOf("/");
  const object = {
    apiVersion: kind.slice(0, slash),
    kind: kind.slice(slash + 1),
    metadata: { name: "a", generation: 2, annotations: notes },
    ...rest,
  };
  return evaluate(object, related, object);
};

const ready = { state: "ready" };

describe("deployment", () => {
  const deployment = (status: Properties, spec: Properties = { replicas: 2 }) =>
    verdict("apps/v1/Deployment", { spec, status });
  const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };

  it("waits until the controller has seen the change, whatever the old status says", () => {
    expect(deployment({ ...done, observedGeneration: 1 })).toEqual({
      state: "waiting",
      status: "Waiting for the Deployment controller to see the change",
      reasons: ["Waiting for the Deployment controller to see the change"],
    });
  });

  it("is ready when the new pods are, and the old ones are gone", () => {
    expect(deployment(done)).toEqual(ready);
    expect(deployment({ observedGeneration: 2 }, { replicas: 0 })).toEqual(ready);
    expect(deployment({ ...done, replicas: 3 })).toMatchObject({
      state: "waiting",
      reasons: ["Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"],
    });
    expect(deployment({ ...done, updatedReplicas: 1 })).toMatchObject({ state: "waiting" });
  });

  it("reports the conditions that fail", () => {
    const conditions = [
      {
        type: "Progressing",
        status: "False",
        reason: "ProgressDeadlineExceeded",
        message: 'ReplicaSet "a-1" has timed out progressing.',
      },
      {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      },
    ];
    expect(deployment({ ...done, availableReplicas: 0, conditions })).toEqual({
      state: "waiting",
      status: "Waiting for app ReplicaSet to be available (0/2 Pods available)",
      reasons: [
        '[ProgressDeadlineExceeded] ReplicaSet "a-1" has timed out progressing.',
        "[MinimumReplicasUnavailable] Deployment does not have minimum availability.",
        "Minimum number of live Pods was not attained",
      ],
    });
  });
});

describe("stateful set and daemon set", () => {
  it("waits for the revision, not only for ready pods", () => {
    const status = { observedGeneration: 2, readyReplicas: 1, currentRevision: "a-1", updateRevision: "a-2" };
    expect(verdict("apps/v1/StatefulSet", { spec: { replicas: 1 }, status })).toEqual({
      state: "waiting",
      status: "Waiting for StatefulSet to roll out (0/1 Pods updated)",
      reasons: [
        "1 out of 1 replicas succeeded readiness checks",
        'StatefulSet controller failed to advance from revision "a-1" to revision "a-2"',
      ],
    });
    expect(
      verdict("apps/v1/StatefulSet", { spec: { replicas: 1 }, status: { ...status, currentRevision: "a-2" } }),
    ).toEqual(ready);
    expect(
      verdict("apps/v1/StatefulSet", { spec: { replicas: 1, updateStrategy: { type: "OnDelete" } }, status }),
    ).toEqual(ready);
  });

  it("waits for every node's pod", () => {
    const status = { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 };
    expect(verdict("apps/v1/DaemonSet", { spec: {}, status })).toMatchObject({
      state: "waiting",
      status: "Waiting for DaemonSet to be available (2/3 Pods available)",
    });
    expect(verdict("apps/v1/DaemonSet", { spec: {}, status: { ...status, numberAvailable: 3 } })).toEqual(ready);
  });
});

describe("job", () => {
  const job = (status: Properties) => verdict("batch/v1/Job", { spec: {}, status });

  it("fails at once when the Job failed", () => {
    const conditions = [
      {
        type: "Failed",
        status: "True",
        reason: "BackoffLimitExceeded",
        message: "Job has reached the specified backoff limit",
      },
    ];
    expect(job({ conditions })).toEqual({
      state: "failed",
      reasons: ["[BackoffLimitExceeded] Job has reached the specified backoff limit"],
    });
  });

  it("waits for Complete", () => {
    expect(job({})).toMatchObject({ status: 'Waiting for Job "a" to start' });
    expect(job({ startTime: "now", active: 1, failed: 2 })).toMatchObject({
      status: 'Waiting for Job "a" to succeed (Active: 1 | Succeeded: 0 | Failed: 2)',
    });
    expect(job({ conditions: [{ type: "Complete", status: "True" }] })).toEqual(ready);
  });
});

describe("storage", () => {
  const claim = (phase: string, related: Related = {}) =>
    verdict("v1/PersistentVolumeClaim", { spec: {}, status: { phase } }, related);

  it("does not wait for a claim that its first pod will bind", () => {
    expect(claim("Pending", { bindingMode: "WaitForFirstConsumer" })).toEqual(ready);
    expect(claim("Pending", { bindingMode: "Immediate" })).toMatchObject({
      status: 'Waiting for PersistentVolumeClaim "a" to be bound (phase: Pending)',
    });
    expect(claim("Bound")).toEqual(ready);
    expect(claim("Lost")).toEqual({ state: "failed", reasons: ['PersistentVolumeClaim "a" lost its volume'] });
  });
});

describe("service and ingress", () => {
  const service = (spec: Properties, related: Related = {}, status: Properties = {}) =>
    verdict("v1/Service", { spec, status }, related);

  it("waits for endpoints where there is a selector", () => {
    expect(service({ type: "ExternalName" })).toEqual(ready);
    expect(service({})).toEqual(ready);
    expect(service({ selector: { app: "a" } }, { endpoints: { a: 1 } })).toEqual(ready);
    expect(service({ selector: { app: "a" } }, { endpoints: { b: 1 } })).toEqual({
      state: "waiting",
      status: "Waiting for Service to target Pods",
      reasons: [
        "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
      ],
    });
  });

  it("waits for the address of a load balancer", () => {
    expect(service({ type: "LoadBalancer" })).toMatchObject({ status: "Attempting to allocate IP address to Service" });
    expect(service({ type: "LoadBalancer" }, {}, { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } })).toEqual(ready);
  });

  it("names the Services of an Ingress that have no endpoints", () => {
    const spec = {
      rules: [
        { http: { paths: [{ backend: { service: { name: "web" } } }, { backend: { service: { name: "api" } } }] } },
      ],
    };
    expect(verdict("networking.k8s.io/v1/Ingress", { spec }, { endpoints: { web: 2 } })).toMatchObject({
      reasons: ["Ingress has a rule that does not match a Service with ready endpoints: api"],
    });
  });
});

describe("definitions, tokens and custom conditions", () => {
  it("waits until a definition is established", () => {
    const kind = "apiextensions.k8s.io/v1/CustomResourceDefinition";
    expect(verdict(kind, {})).toMatchObject({ state: "waiting" });
    expect(verdict(kind, { status: { conditions: [{ type: "Established", status: "True" }] } })).toEqual(ready);
    const conflict = { type: "NamesAccepted", status: "False", reason: "PluralConflict", message: "taken" };
    expect(verdict(kind, { status: { conditions: [conflict] } })).toEqual({
      state: "failed",
      reasons: ["[PluralConflict] taken"],
    });
  });

  it.each([
    ["condition=Ready", { conditions: [{ type: "Ready", status: "True" }] }, "ready"],
    ["condition=Ready=False", { conditions: [{ type: "Ready", status: "False" }] }, "ready"],
    ["condition=Ready", {}, "waiting"],
    ["jsonpath={.status.phase}=Running", { phase: "Running" }, "ready"],
    ["jsonpath={.status.phase}=Running", { phase: "Pending" }, "waiting"],
    ["jsonpath={.status.list[0].a}", { list: [{ a: 1 }] }, "ready"],
    ['["condition=A", "condition=B"]', { conditions: [{ type: "A", status: "True" }] }, "waiting"],
    ["Ready", {}, "failed"],
  ])("waitFor %s with status %j is %s", (text, status, state) => {
    expect(verdict("example.com/v1/Widget", { status }, {}, { "pulumi.com/waitFor": text }).state).toBe(state);
  });

  it("tells what the object says of itself while a condition is missing: that condition's message, and what Degraded says", () => {
    const conditions = [
      { type: "Available", status: "False", reason: "NotReady", message: "1/3 replicas are ready" },
      { type: "Degraded", status: "True", reason: "BackupFailed", message: "the bucket refused the key" },
    ];
    const waitingFor = (text: string, of: Properties[]) =>
      verdict("example.com/v1/Widget", { status: { conditions: of } }, {}, { "pulumi.com/waitFor": text });
    expect(waitingFor("condition=Available=True", conditions)).toEqual({
      state: "waiting",
      status: "Waiting for condition Available=True (is False)",
      reasons: [
        "Waiting for condition Available=True (is False)",
        "[NotReady] 1/3 replicas are ready",
        "[BackupFailed] the bucket refused the key",
      ],
    });
    expect(waitingFor("condition=Degraded=False", conditions.slice(1))).toMatchObject({
      reasons: ["Waiting for condition Degraded=False (is True)", "[BackupFailed] the bucket refused the key"],
    });
    expect(waitingFor("condition=Available=True", [])).toMatchObject({
      reasons: ["Waiting for condition Available=True (is absent)"],
    });
  });

  it("knows what to wait for", () => {
    const object = (kind: string, notes: Properties = {}) => ({
      apiVersion: "v1",
      kind,
      metadata: { annotations: notes },
    });
    expect(isAwaited(object("ConfigMap"))).toBe(false);
    expect(isAwaited(object("Service"))).toBe(true);
    expect(isAwaited(object("Service", { "pulumi.com/skipAwait": "true" }))).toBe(false);
    expect(isAwaited(object("ConfigMap", { "pulumi.com/waitFor": "condition=Ready" }))).toBe(true);
  });
});

describe("why pods do not run", () => {
  const pod = (status: Properties) => ({ metadata: { name: "web-1", namespace: "apps" }, status });

  it.each([
    [
      {
        containerStatuses: [
          {
            name: "main",
            ready: false,
            state: { waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling image "x"' } },
          },
        ],
      },
      ['[Pod apps/web-1]: container "main" waits: [ImagePullBackOff] Back-off pulling image "x"'],
    ],
    [
      {
        containerStatuses: [
          {
            name: "main",
            ready: false,
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
            lastState: { terminated: { exitCode: 3, reason: "Error", message: "bad flag\n" } },
          },
        ],
      },
      [
        '[Pod apps/web-1]: container "main" waits: [CrashLoopBackOff] back-off',
        '[Pod apps/web-1]: container "main" ended with exit code 3 (Error): bad flag',
      ],
    ],
    [
      { conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }] },
      ["[Pod apps/web-1]: 0/1 nodes are available"],
    ],
    [{ containerStatuses: [{ name: "main", ready: false, state: { waiting: { reason: "ContainerCreating" } } }] }, []],
    [{ containerStatuses: [{ name: "main", ready: true, lastState: { terminated: { exitCode: 1 } } }] }, []],
  ])("%j", (status, expected) => {
    expect(podProblems(pod(status))).toEqual(expected);
  });

  it("keeps the last warnings, oldest first, each once", () => {
    const event = (time: string, reason: string, type = "Warning") => ({
      type,
      reason,
      message: "m",
      lastTimestamp: time,
      involvedObject: { kind: "Pod", name: "web-1" },
    });
    expect(
      warnings([event("3", "C"), event("1", "A"), event("2", "B", "Normal"), event("4", "C"), event("0", "Old")], 2),
    ).toEqual(["[Pod web-1]: [A] m", "[Pod web-1]: [C] m"]);
  });
});

describe("times", () => {
  it("polls fast first, then at most once a second", () => {
    expect([0, 500, 1_000, 14_999, 60_000].map(interval)).toEqual([100, 100, 250, 250, 1_000]);
  });

  it("takes customTimeouts, then the annotation, then ten minutes", () => {
    const annotated = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "30" } } };
    expect([timeoutOf(annotated, 5), timeoutOf(annotated, 0), timeoutOf({}, 0)]).toEqual([5, 30, 600]);
  });
});
