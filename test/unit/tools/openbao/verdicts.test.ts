import { describe, expect, test } from "vitest";
import { triggerBackupAnnotation } from "../../../../lib/openbao.ts";
import { backupVerdict } from "../../../../tools/openbao/backup.ts";
import { describeFailure } from "../../../../tools/openbao/failure.ts";
import type { BackupStatus } from "../../../../tools/openbao/objects.ts";
import { backupProblems, idleProblems, refuseFor } from "../../../../tools/openbao/preflight.ts";
import { restoreVerdict } from "../../../../tools/openbao/restore.ts";
import { sizeProblem } from "../../../../tools/openbao/store.ts";
import { cluster, condition, job, names } from "./objects.ts";

const token = "2026-03-01T12:00:00.000Z";
const before: BackupStatus = { lastBackupName: "old.snap", consecutiveFailures: 0 };

describe("before an operation", () => {
  test.each([
    ["nobody wrote a status", { ...cluster(), status: {} }, /has not written the cluster's status/],
    ["it does not run yet", cluster({ phase: "Initializing" }), /Its phase is Initializing, not Running/],
    [
      "a restore has the lock",
      cluster({ operationLock: { operation: "Restore", holder: "restore/x" } }),
      /Restore holds the operation lock \(restore\/x\)/,
    ],
    ["an upgrade is under way", cluster({ blueGreen: { phase: "Syncing" } }), /under way, in phase Syncing/],
    [
      "a rollback failed",
      cluster({ breakGlass: { active: true, reason: "RollbackConsensusRepairFailed", message: "peers differ" } }),
      /waits for an administrator \(RollbackConsensusRepairFailed\): peers differ/,
    ],
    [
      "it is degraded",
      cluster({ conditions: [condition("Degraded", "True", "QuorumLost", "1 of 3")] }),
      /Degraded is True \(QuorumLost\): 1 of 3/,
    ],
  ])("%s", (_, object, message) => {
    expect(idleProblems(object).join("\n")).toMatch(message);
  });

  test("a backup that can't be made is no backup", () => {
    const refused = cluster({
      conditions: [condition("BackupConfigurationReady", "False", "SecretMissing", "no Secret x")],
    });
    expect(backupProblems(refused)).toEqual(["BackupConfigurationReady is False (SecretMissing): no Secret x"]);
    expect(backupProblems({ ...cluster(), spec: {} })).toEqual([
      "It has no spec.backup: there is nowhere to back up to",
    ]);
  });

  test("all problems come at once, and a healthy cluster has none", () => {
    expect([...idleProblems(cluster()), ...backupProblems(cluster())]).toEqual([]);
    expect(() => refuseFor("The backup", ["a", "b"], "Do c")).toThrow("The backup can't begin\n  - a\n  - b\nDo c.");
  });
});

describe("a backup", () => {
  const verdict = (backup: BackupStatus, annotated = false, more: Parameters<typeof cluster>[0] = {}) =>
    backupVerdict({
      before,
      token,
      names,
      jobs: [job("backup-bao-1", "running")],
      cluster: {
        ...cluster({ backup, ...more }),
        metadata: { annotations: annotated ? { [triggerBackupAnnotation]: token } : {} },
      },
    });

  test("fails with the operator's reason and message", () => {
    const { state, failure } = verdict({
      ...before,
      lastHandledManualTrigger: token,
      consecutiveFailures: 2,
      lastFailureReason: "JobFailed",
      lastFailureMessage: "connection refused",
    });
    expect(state).toBe("failed");
    expect(failure && describeFailure(failure)).toMatch(
      /^The backup failed, for the 2th time in a row\n {2}JobFailed: connection refused\nLook at the Job/,
    );
  });

  test("fails where its configuration is no longer right", () => {
    const { failure } = verdict(before, true, {
      conditions: [condition("BackupConfigurationReady", "False", "SecretMissing", "gone")],
    });
    expect(failure?.message).toBe("BackupConfigurationReady is False (SecretMissing): gone");
  });

  test("is not the one that a Job under way makes", () => {
    const { failure } = verdict({ ...before, lastBackupName: "other.snap" });
    expect(failure?.what).toMatch(/dropped this one's trigger/);
  });

  test("is waited for, also behind another operation's lock", () => {
    expect(verdict(before, true)).toEqual({ state: "waiting", seen: ["Job backup-bao-1 running"] });
    expect(verdict(before, true, { operationLock: { operation: "Upgrade", holder: "u" } }).seen).toContain(
      "it waits: Upgrade holds the operation lock (u)",
    );
    expect(verdict({ ...before, lastBackupName: "other.snap" }, true).state).toBe("waiting");
  });

  test("is done when its own snapshot is the last", () => {
    expect(verdict({ ...before, lastBackupName: "new.snap", lastHandledManualTrigger: token }).state).toBe("done");
  });

  test.each([
    [10, 0, "the object is empty"],
    [10, 9, "the operator says 10 bytes, the object has 9"],
    [10, 10, undefined],
    [0, 10, undefined],
  ])("of %i bytes with an object of %i: %s", (stated, found, problem) => {
    expect(sizeProblem(stated, found)).toBe(problem);
  });
});

describe("a restore", () => {
  const of = (phase: string, conditions = [condition("RestoreComplete", "False", "RestoreFailed", "no such key")]) =>
    restoreVerdict({ metadata: { name: "strata-1" }, status: { phase, message: "said", conditions } }, [], names);

  test("that failed leaves everything as it was", () => {
    const { failure } = of("Failed");
    expect(failure && describeFailure(failure)).toBe(
      "The restore strata-1 failed before a snapshot was put back\n  said\n  RestoreComplete is False (RestoreFailed): no such key\nThe secrets are what they were, and the operator goes on. Correct what it names, and run the same command again.",
    );
  });

  test("that nobody knows the end of says how the cluster is let go", () => {
    const { state, failure } = of("Unknown");
    expect(state).toBe("failed");
    expect(failure?.next).toContain("kubectl -n openbao delete openbaorestore strata-1");
  });

  test("that somebody deleted is not waited for", () => {
    expect(restoreVerdict(undefined, [], names).state).toBe("failed");
  });

  test("goes through its phases", () => {
    expect(["", "Pending", "Validating", "Running", "Completed"].map((phase) => of(phase).state)).toEqual([
      "waiting",
      "waiting",
      "waiting",
      "waiting",
      "done",
    ]);
  });
});
