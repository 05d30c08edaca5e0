import { describe, expect, test } from "vitest";
import { describeFailure } from "../../../../tools/openbao/failure.ts";
import type { Verdict } from "../../../../tools/openbao/follow.ts";
import type { BlueGreenStatus, Pod } from "../../../../tools/openbao/objects.ts";
import { blueGreenVerdict, type Memory, nothingYet, remember } from "../../../../tools/openbao/upgrade/blue-green.ts";
import { type Seen, violations } from "../../../../tools/openbao/upgrade/checks.ts";
import { rollingVerdict } from "../../../../tools/openbao/upgrade/rolling.ts";
import { isUnderWay, upgradeProblems } from "../../../../tools/openbao/upgrade/run.ts";
import { retagged, versionProblem } from "../../../../tools/openbao/upgrade/versions.ts";
import { cluster, condition, job, names, pod } from "./objects.ts";

const [old, next] = ["quay.io/openbao/openbao:2.6.2", "quay.io/openbao/openbao:2.6.3"];
const goal = { version: "2.6.3", image: next };
const route = { metadata: { uid: "u1" }, spec: { hostnames: ["bao.example"] } };
const before = { version: "2.6.2", image: old, route };

describe("versions", () => {
  test.each([
    ["2.6.3", "2.6.2", "BlueGreen", "2.6.2 is older than 2.6.3, and OpenBao can't be downgraded"],
    ["2.6.2", "2.6.2", "BlueGreen", "The cluster runs 2.6.2 already"],
    ["2.5.5", "2.6.2", "BlueGreen", /2.5.5 and 2.6.2 can't run side by side/],
    ["", "2.6.2", "BlueGreen", 'The cluster\'s version "" is no version like 2.6.2'],
    ["2.6.2", "new", "BlueGreen", '"new" is no version like 2.6.3'],
  ])("%s to %s by %s is refused", (from, to, strategy, problem) => {
    expect(versionProblem({ from, to, strategy })).toMatch(problem);
  });

  test.each([
    ["2.6.2", "2.6.3", "BlueGreen"],
    ["2.6.9", "2.6.10", "BlueGreen"],
    ["2.4.4", "2.5.5", "BlueGreen"],
    ["2.5.5", "2.6.2", "RollingUpdate"],
  ])("%s to %s by %s can be", (from, to, strategy) => {
    expect(versionProblem({ from, to, strategy })).toBeUndefined();
  });

  test("an image keeps its registry, with its port, and loses its digest", () => {
    expect(retagged(old, "2.6.3")).toBe(next);
    expect(retagged("localhost:5000/openbao/openbao:2.6.2", "2.6.3")).toBe("localhost:5000/openbao/openbao:2.6.3");
    expect(retagged(`${old}@sha256:${"a".repeat(64)}`, "2.6.3")).toBe(next);
    expect(retagged("localhost:5000/openbao", "2.6.3")).toBe("localhost:5000/openbao:2.6.3");
  });
});

describe("before an upgrade", () => {
  test.each([
    [
      "a strategy that is not accepted yet",
      cluster({ acceptedUpgradeStrategy: "RollingUpdate" }),
      "The operator has accepted strategy RollingUpdate, and not yet BlueGreen",
    ],
    ["a replica that is not ready", cluster({ readyReplicas: 2 }), "2 of 3 replicas are ready"],
    [
      "another version that is wanted",
      cluster({}, { version: "2.6.4", replicas: 3 }),
      "Its spec.version is 2.6.4, and it runs 2.6.2",
    ],
    ["a cluster that is not available", cluster({ conditions: [] }), "Available is not set"],
    [
      "no backup for the snapshot",
      cluster({
        conditions: [condition("Available", "True"), condition("BackupConfigurationReady", "False", "X", "y")],
      }),
      "BackupConfigurationReady is False (X): y",
    ],
    ["a lock", cluster({ operationLock: { operation: "Backup", holder: "b" } }), "Backup holds the operation lock (b)"],
  ])("%s is refused", (_, object, problem) => {
    expect(upgradeProblems(object, "2.6.3")).toContain(problem);
  });

  test("a healthy cluster can be, and one that is on its way is followed", () => {
    expect(upgradeProblems(cluster(), "2.6.3")).toEqual([]);
    expect(isUnderWay(cluster(), "2.6.3")).toBe(false);
    expect(isUnderWay(cluster({}, { version: "2.6.3" }), "2.6.3")).toBe(true);
    expect(isUnderWay(cluster({ currentVersion: "2.6.3" }, { version: "2.6.3" }), "2.6.3")).toBe(false);
  });
});

const seen = (
  blueGreen: BlueGreenStatus,
  changes: Partial<Seen> & { status?: Parameters<typeof cluster>[0] } = {},
): Seen => ({
  cluster: cluster({ blueGreen: { blueRevision: "b1", ...blueGreen }, ...changes.status }, { version: "2.6.3" }),
  pods: [pod("bao-b1-0", "b1", old), pod("bao-g1-0", "g1", next)],
  service: { spec: { selector: { "openbao.org/revision": "b1" } } },
  route,
  steady: true,
  snapshot: job("snap", "Complete"),
  ...changes,
});

describe("what must hold while green takes over", () => {
  const at = (phase: string, changes: Partial<Seen> = {}) =>
    violations(before, goal, seen({ phase, greenRevision: "g1" }, changes));
  const green = { spec: { selector: { "openbao.org/revision": "g1" } } };

  test("nothing follows from a look while the phase changed", () => {
    expect(at("Cleanup", { steady: false })).toEqual([]);
  });

  test("all is well", () => {
    for (const phase of ["DeployingGreen", "JoiningMesh", "Syncing", "Promoting"]) expect(at(phase)).toEqual([]);
    for (const phase of ["DemotingBlue", "Cleanup"]) expect(at(phase, { service: green })).toEqual([]);
  });

  test.each([
    [
      "Syncing",
      { pods: [pod("bao-b1-0", "b1", next)] },
      "Blue pod bao-b1-0 runs quay.io/openbao/openbao:2.6.3, not quay.io/openbao/openbao:2.6.2",
    ],
    [
      "Syncing",
      { pods: [pod("bao-g1-0", "g1", old)] },
      "Green pod bao-g1-0 runs quay.io/openbao/openbao:2.6.2, not quay.io/openbao/openbao:2.6.3",
    ],
    ["JoiningMesh", { service: green }, "Clients were sent to green in phase JoiningMesh, before it took over"],
    ["Cleanup", {}, "Clients are still sent to revision b1 in phase Cleanup"],
    ["Syncing", { route: undefined }, "The HTTPRoute is gone"],
    ["Syncing", { route: { ...route, metadata: { uid: "u2" } } }, "The HTTPRoute was made anew"],
    ["Syncing", { route: { ...route, spec: { hostnames: [] } } }, "The HTTPRoute was changed"],
    [
      "DeployingGreen",
      { snapshot: job("snap", "running") },
      "It went on to DeployingGreen though the snapshot of before is running",
    ],
  ])("in %s %j", (phase, changes, violation) => {
    expect(at(phase, changes as Partial<Seen>)).toEqual([violation]);
  });
});

describe("blue-green", () => {
  /** Verdict of the last of these looks. */
  const verdictOf = (...looks: Seen[]) => {
    let memory: Memory = nothingYet;
    let verdict: Verdict = { state: "waiting", seen: [] };
    for (const look of looks) {
      verdict = blueGreenVerdict({ memory, seen: look, goal, names });
      memory = remember(memory, look);
    }
    return verdict;
  };
  const at = (phase: string, changes: BlueGreenStatus = {}) => seen({ phase, greenRevision: "g1", ...changes });
  const idle = seen({ phase: "Idle" });

  // The Job may have been read a moment before the operator's word on it.
  test.each(["Failed", "running"] as const)("a snapshot that fails ends it before it begins: its Job %s", (ended) => {
    const { failure } = verdictOf(
      seen(
        { phase: "Idle", preUpgradeSnapshotJobName: "snap" },
        {
          snapshot: job("snap", ended),
          status: {
            conditions: [
              condition("Degraded", "True", "PreUpgradeBackupFailed", "pre-upgrade snapshot job failed: snap"),
            ],
          },
        },
      ),
    );
    expect(failure && describeFailure(failure)).toBe(
      "The snapshot of before failed, so the upgrade did not begin\n  PreUpgradeBackupFailed: pre-upgrade snapshot job failed: snap\nCorrect what it names, and run the same command again.",
    );
  });

  test("a snapshot that fails without a word of the operator ends it at the second look", () => {
    const look = seen({ phase: "Idle", preUpgradeSnapshotJobName: "snap" }, { snapshot: job("snap", "Failed") });
    expect(verdictOf(look).state).toBe("waiting");
    expect(verdictOf(look, look).failure?.message).toBe("Job snap failed");
  });

  test("a pod of the new version that never starts: the operator gives up", () => {
    const stuck: Pod = {
      ...pod("bao-g1-0", "g1", next, "False"),
      status: { containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff", message: "no such tag" } } }] },
    };
    const look = { ...at("DeployingGreen"), pods: [stuck] };
    expect(verdictOf(look).seen).toContain("pod bao-g1-0: ImagePullBackOff: no such tag");
    expect(verdictOf(look, idle).failure).toMatchObject({
      what: "The operator gave the upgrade to 2.6.3 up, in phase DeployingGreen",
      message: "pod bao-g1-0: ImagePullBackOff: no such tag",
    });
  });

  test.each(["JoiningMesh", "Syncing"])(
    "Jobs that fail in %s: the operator gives up, also where it began anew at once",
    (phase) => {
      const failing = at(phase, { jobFailureCount: 5, lastJobFailure: "job-1", operationID: "one" });
      expect(verdictOf(failing).seen).toContain("Job job-1 failed (5 of at most 5)");
      for (const then of [idle, at("DeployingGreen", { operationID: "two" }), at(phase, { operationID: "two" })])
        expect(verdictOf(failing, then).failure).toMatchObject({
          what: `The operator gave the upgrade to 2.6.3 up, in phase ${phase}`,
          message: "Job job-1 failed, 5 times in a row",
        });
    },
  );

  test.each(["Promoting", "DemotingBlue", "Cleanup"])(
    "Jobs that fail in %s: it is rolled back, and told when that is over",
    (phase) => {
      const back = at("RollingBack", { rollbackReason: "JobFailureThreshold" });
      const looks = [at(phase, { jobFailureCount: 5, lastJobFailure: "job-1" }), back];
      expect(verdictOf(...looks).state).toBe("waiting");
      expect(verdictOf(...looks).seen).toContain("phase RollingBack: JobFailureThreshold");
      expect(verdictOf(...looks, at("RollbackCleanup")).state).toBe("waiting");
      expect(verdictOf(...looks, at("RollbackCleanup"), idle).failure).toMatchObject({
        what: "The upgrade to 2.6.3 was rolled back",
        reason: "JobFailureThreshold",
        message: "Job job-1 failed, 5 times in a row",
      });
    },
  );

  test("a rollback that fails is told with its steps and its nonce", () => {
    const broken = seen(
      { phase: "RollingBack", greenRevision: "g1" },
      {
        status: {
          breakGlass: {
            active: true,
            reason: "RollbackConsensusRepairFailed",
            message: "two leaders",
            nonce: "n-1",
            steps: ["look", "repair"],
          },
        },
      },
    );
    const { failure } = verdictOf(at("Promoting"), broken);
    expect(failure && describeFailure(failure)).toMatch(
      /^The rollback failed.*\n {2}RollbackConsensusRepairFailed: two leaders\nRepair it.*\n {2}1\. look\n {2}2\. repair\n.*"breakGlassAck":"n-1"/,
    );
  });

  test("held in Syncing: how to approve it is told, and it goes on waiting", () => {
    const held = verdictOf(at("Syncing", { manualPromotionRequired: true }));
    expect(held.state).toBe("waiting");
    expect(held.seen.join("\n")).toMatch(/held in Syncing until somebody approves: kubectl .*"promote":"2.6.3"/);
  });

  test("is done when the operator is idle, the version is the new one and all are ready", () => {
    const phases = ["DeployingGreen", "JoiningMesh", "Syncing", "Promoting", "DemotingBlue", "Cleanup"].map((phase) =>
      at(phase),
    );
    const last = (status: Parameters<typeof cluster>[0]) =>
      seen({ phase: "Idle", blueRevision: "g1" }, { status: { currentVersion: "2.6.3", ...status } });
    expect(verdictOf(...phases).state).toBe("waiting");
    expect(verdictOf(...phases, last({ readyReplicas: 2 })).seen).toContain("2 of 3 replicas ready on 2.6.3");
    expect(verdictOf(...phases, last({})).state).toBe("done");
  });

  test("what has not begun is waited for", () => {
    expect(verdictOf(idle, idle).state).toBe("waiting");
  });
});

describe("rolling", () => {
  const verdict = (status: Parameters<typeof cluster>[0]) =>
    rollingVerdict(cluster(status, { version: "2.6.3", replicas: 3 }), goal, names);

  test("a failure before the first replica, and one half way", () => {
    const failure = { reason: "StepDownTimeout", message: "bao-2" };
    expect(verdict({ upgrade: { completedPods: [], failure } }).failure).toMatchObject({
      what: "The upgrade to 2.6.3 failed before a replica was replaced",
      reason: "StepDownTimeout",
      message: "bao-2",
    });
    expect(verdict({ upgrade: { completedPods: [2], failure } }).failure?.next).toMatch(/"retry"/);
  });

  test("is waited for, and done", () => {
    expect(verdict({ phase: "Upgrading", upgrade: { completedPods: [2], currentPartition: 2 } })).toEqual({
      state: "waiting",
      seen: ["phase Upgrading", "1 of 3 replicas replaced, partition 2"],
    });
    expect(verdict({ currentVersion: "2.6.3" }).state).toBe("done");
  });
});
