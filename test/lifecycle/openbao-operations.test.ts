// The operations on a lane: a real API server and a real OpenBao, with a simulated operator between them.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { takeBackup } from "../../tools/openbao/backup.ts";
import { verifyLogins } from "../../tools/openbao/login.ts";
import type { BaoCluster } from "../../tools/openbao/objects.ts";
import { restore } from "../../tools/openbao/restore.ts";
import { checkObject } from "../../tools/openbao/store.ts";
import { upgrade } from "../../tools/openbao/upgrade/run.ts";
import { takeOver } from "../../tools/plugins/kubernetes/field-managers.ts";
import type { KubeObject } from "../../tools/plugins/kubernetes/object.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { installBao } from "../support/openbao/install.ts";
import { type Lane, names, paths, startLane } from "../support/openbao/lane.ts";
import type { Break } from "../support/openbao/simulated-kit.ts";

const installed = await installBao();
const missing = typeof installed === "string" ? "" : installed.missing;

describe.skipIf(missing !== "")(`operations on OpenBao${missing && ` (${missing})`}`, () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await startLane({ program: typeof installed === "string" ? installed : "", phaseMs: 120, lookMs: 40 });
  });
  afterAll(() => lane?.close());
  beforeEach(() => lane.reset("BlueGreen"));
  afterEach(({ task }) => {
    if (process.env["STRATA_SHOW"]) console.log(`${task.name}\n${lane.said.join("\n")}`);
  });

  const breaking = (...breaks: Break[]): void => {
    for (const one of breaks) lane.operator.breaks.add(one);
  };
  const cluster = async (): Promise<BaoCluster> => {
    const found = await lane.world.get<BaoCluster>(paths.cluster);
    if (!found) throw new Error("the cluster is gone");
    return found;
  };
  const backup = (timeoutSeconds = 20) => takeBackup(lane.world, { names, timeoutSeconds });
  const restoring = (key?: string) => restore(lane.world, { names, kind: "rustfs", key, timeoutSeconds: 20 });
  let declared: string[] = [];
  const upgrading = (to = "2.6.3", timeoutSeconds = 30) =>
    upgrade(lane.world, {
      names,
      to,
      timeoutSeconds,
      declare: (version) => {
        declared.push(version);
        return `declared ${version}`;
      },
    });
  beforeEach(() => {
    declared = [];
  });
  const failureOf = (operation: Promise<unknown>): Promise<string> =>
    operation.then(
      () => "it succeeded",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  describe("backup", () => {
    test("a lock of another operation, and a configuration that is not ready, are told before anything is asked for", async () => {
      await lane.world.patch(
        `${paths.cluster}/status`,
        { status: { operationLock: { operation: "Restore", holder: "restore/x" } } },
        "test",
      );
      expect(await failureOf(backup())).toMatch(
        /^The backup can't begin\n {2}- Restore holds the operation lock \(restore\/x\)\nWait/,
      );
      expect(lane.said).toEqual([]);
    });

    test("a Job that fails ends it with the operator's reason, and the next one can begin", async () => {
      breaking("backup-job");
      expect(await failureOf(backup())).toMatch(
        /^The backup failed\n {2}JobFailed: Backup Job backup-bao-\d+ failed\nLook at/,
      );
      lane.operator.breaks.clear();
      expect((await backup()).bytes).toBeGreaterThan(1000);
    });

    test("a configuration that turns out wrong ends it, and the trigger is taken back", async () => {
      breaking("backup-configuration");
      expect(await failureOf(backup())).toMatch(
        /BackupConfigurationReady is False \(SecretMissing\): Secret bao-backup-login was not found/,
      );
      expect((await cluster()).metadata.annotations).toBeUndefined();
    });

    test("an operator that does nothing: time is up, and the trigger is taken back", async () => {
      breaking("backup-ignored");
      expect(await failureOf(backup(1))).toMatch(/^The backup was not over within 1.0 s\n {2}Last seen: nothing/);
      expect((await cluster()).metadata.annotations).toBeUndefined();
      expect(lane.said.at(-1)).toMatch(/took the trigger back/);
    });

    test("is done when the object is in the bucket, and not on the operator's word", async () => {
      const taken = await backup();
      expect(taken.key).toMatch(/^clusters\/bao\/openbao\/bao\/.*\.snap$/);
      await checkObject(lane.world, { names, kind: "rustfs", backup: taken });
      expect(lane.said.at(-1)).toMatch(new RegExp(`the bucket openbao-backups has it, ${taken.bytes} bytes$`));
      lane.bucket.set(taken.key, Buffer.from("short"));
      expect(await failureOf(checkObject(lane.world, { names, kind: "rustfs", backup: taken }))).toMatch(
        /is not whole\n {2}the operator says \d+ bytes, the object has 5/,
      );
      lane.bucket.delete(taken.key);
      expect(await failureOf(checkObject(lane.world, { names, kind: "rustfs", backup: taken }))).toMatch(
        /bucket openbao-backups has no such object/,
      );
    });
  });

  describe("restore", () => {
    const left = async (): Promise<number> => (await lane.world.list(paths.restores)).length;

    test.each([
      [
        "restore-validation",
        /failed before a snapshot was put back\n.*\n {2}RestoreConfigurationReady is False \(AuthenticationRequired\)/,
      ],
      ["restore-job", /failed before a snapshot was put back\n {2}Restore Job .* failed: the object .* was not found/],
    ] as const)(
      "%s: told with its conditions, and nothing is left for the next one to trip over",
      async (broken, message) => {
        breaking(broken);
        expect(await failureOf(restoring())).toMatch(message);
        expect(await left()).toBe(0);
      },
    );

    test("an outcome that nobody knows: it stays, says what to do, and holds the next one back", async () => {
      breaking("restore-unknown");
      expect(await failureOf(restoring())).toMatch(
        /ended Unknown\n[\s\S]*RestoreComplete is Unknown \(OutcomeUnknown\)[\s\S]*kubectl -n openbao delete openbaorestore strata-/,
      );
      expect(await left()).toBe(1);
      expect(await failureOf(restoring())).toMatch(
        /The restore can't begin\n[\s\S]*Restore holds the operation lock[\s\S]*in phase Unknown/,
      );
    });

    test("the drill finds its first word again, in a real OpenBao", async () => {
      await restoring();
      const said = lane.said.map((line) => line.slice(10));
      expect(said.flatMap((line) => /^phase (\w+)/.exec(line)?.[1] ?? [])).toEqual(
        expect.arrayContaining(["Running", "Completed"]),
      );
      const [word = ""] = /[0-9a-f]{16}/.exec(said[0] ?? "") ?? [];
      expect(said[0]).toBe(`logged in, and wrote the canary ${word} to secret/strata-canary`);
      expect(said).toContainEqual(expect.stringMatching(/^wrote [0-9a-f]{16} over it$/));
      expect(said.at(-1)).toBe(`logged in again, and the canary is ${word}: the snapshot is what came back`);
      expect(await left()).toBe(0);
    });

    test("a key that is not in the bucket is refused before anything is put back", async () => {
      expect(await failureOf(restoring("no/such.snap"))).toMatch(/has no such object/);
      expect(await left()).toBe(0);
    });
  });

  describe("upgrade", () => {
    const isBack = async (): Promise<void> => {
      const { spec, status } = await cluster();
      expect([spec.version, spec.image, status?.currentVersion, status?.phase]).toEqual([
        "2.6.2",
        "quay.io/openbao/openbao:2.6.2",
        "2.6.2",
        "Running",
      ]);
      expect(declared).toEqual([]);
    };

    test("an older version, and no room for a second set, are refused and change nothing", async () => {
      expect(await failureOf(upgrading("2.6.1"))).toMatch(/2.6.1 is older than 2.6.2, and OpenBao can't be downgraded/);
      const quota = {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "tenant" },
        spec: { hard: { pods: "5" } },
      };
      await lane.world.create(paths.quotas, quota);
      const told = async (): Promise<boolean> =>
        (await lane.world.get<{ status?: { used?: unknown } }>(`${paths.quotas}/tenant`))?.status?.used !== undefined;
      while (!(await told())) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await failureOf(upgrading())).toMatch(
        /Quota tenant allows pods 5, 3 is used, and a second set needs 3 more/,
      );
      await lane.world.remove(`${paths.quotas}/tenant`);
      await isBack();
    });

    test.each([
      [
        "snapshot",
        /The snapshot of before failed, so the upgrade did not begin\n {2}PreUpgradeBackupFailed: pre-upgrade snapshot job failed/,
      ],
      [
        "green-pods",
        /gave the upgrade to 2.6.3 up, in phase DeployingGreen\n {2}pod bao-green\d+-\d: ImagePullBackOff: Back-off pulling/,
      ],
      [
        "JoiningMesh",
        /gave the upgrade to 2.6.3 up, in phase JoiningMesh\n {2}Job upgrade-joiningmesh-\d+ failed, 5 times in a row/,
      ],
      ["Syncing", /gave the upgrade to 2.6.3 up, in phase Syncing/],
      [
        "Promoting",
        /was rolled back\n {2}JobFailureThresholdExceeded: Job upgrade-promoting-\d+ failed, 5 times in a row/,
      ],
      ["DemotingBlue", /was rolled back\n {2}JobFailureThresholdExceeded/],
      ["Cleanup", /was rolled back\n {2}JobFailureThresholdExceeded/],
    ] as const)("%s fails: one message, and the cluster is what it was", async (broken, message) => {
      breaking(broken);
      expect(await failureOf(upgrading())).toMatch(message);
      await isBack();
    });

    test("a rollback that fails too leaves the version as it is, and names the operator's steps", async () => {
      breaking("Promoting", "rollback");
      expect(await failureOf(upgrading())).toMatch(
        /^The rollback failed[\s\S]*RollbackConsensusRepairFailed: Job repair-consensus-1 failed\n[\s\S]*2\. Compare the Raft peers[\s\S]*"breakGlassAck":"5f1c"/,
      );
      expect(declared).toEqual([]);
    });

    test("time is up: it is turned back", async () => {
      breaking("JoiningMesh");
      expect(await failureOf(upgrading("2.6.3", 1))).toMatch(/^The upgrade to 2.6.3 was not over within 1.0 s/);
      await isBack();
    });

    test("a route that changes under way is told, though the version is the new one", async () => {
      breaking("route");
      expect(await failureOf(upgrading())).toMatch(
        /runs 2.6.3, and the way there was not as it must be\n {2}The HTTPRoute was changed/,
      );
      expect((await cluster()).status?.currentVersion).toBe("2.6.3");
    });

    test("goes through every phase, keeps the canary, and is declared", async () => {
      await upgrading();
      const { spec, status } = await cluster();
      expect([spec.version, spec.image, status?.currentVersion]).toEqual([
        "2.6.3",
        "quay.io/openbao/openbao:2.6.3",
        "2.6.3",
      ]);
      const phases = lane.said.flatMap((line) => /phase (\w+)$/.exec(line)?.[1] ?? []);
      expect(phases).toEqual([
        "Idle",
        "DeployingGreen",
        "JoiningMesh",
        "Syncing",
        "Promoting",
        "DemotingBlue",
        "Cleanup",
        "Idle",
      ]);
      expect(declared).toEqual(["2.6.3"]);
      expect(lane.said.join("\n")).not.toMatch(/NOT AS IT MUST BE/);
    });

    test("version and image are fields that the program's next apply takes over, so a later version meets no conflict", async () => {
      await upgrading();
      const live = (await lane.world.get<KubeObject>(paths.cluster)) ?? {};
      const owned = takeOver(live, "pulumi-kubernetes-0123abcd")?.find(
        (entry) => (entry as { manager?: string }).manager === "pulumi-kubernetes-0123abcd",
      );
      expect(owned).toMatchObject({ operation: "Apply", fieldsV1: { "f:spec": { "f:version": {}, "f:image": {} } } });
    });

    test("rolling: fails before the first replica, and then goes through", async () => {
      await lane.reset("RollingUpdate");
      breaking("rolling");
      expect(await failureOf(upgrading())).toMatch(
        /failed before a replica was replaced\n {2}StepDownTimeout: Leader step-down timed out/,
      );
      await isBack();
      lane.operator.breaks.clear();
      await upgrading();
      expect(declared).toEqual(["2.6.3"]);
    });
  });

  describe("the command", () => {
    const folder = mkdtempSync(join(tmpdir(), "strata-openbao-command-"));
    const stack = `config:
  strata:cluster: { kind: kwok }
  strata:network:
    certificates: { kind: cert-manager, issuer: { kind: local-ca } }
    edge: { domain: strata.localhost }
    ingress: { kind: traefik, api: gateway }
  strata:objectStore: { kind: rustfs }
  strata:openbao: { kind: operator }
`;
    beforeAll(() => {
      const clusters = join(folder, "strata", "clusters", "strata-lab");
      mkdirSync(clusters, { recursive: true });
      copyFileSync(lane.cluster.kubeconfig, join(clusters, "kubeconfig"));
      writeFileSync(join(folder, "Pulumi.lab.yaml"), stack);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** `interruptAt`: sends Ctrl-C when that was printed. */
    const run = (args: readonly string[], interruptAt?: string) =>
      new Promise<{ code: number | null; output: string }>((resolve) => {
        const child = spawn(process.execPath, ["tools/run.mjs", "openbao", ...args], {
          cwd: repository,
          env: { ...process.env, XDG_STATE_HOME: folder, STRATA_STACKS: folder, NO_COLOR: "1" },
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (chunk: Buffer) => {
            const before = output;
            output += chunk.toString();
            if (interruptAt && output.includes(interruptAt) && !before.includes(interruptAt)) child.kill("SIGINT");
          });
        child.on("close", (code) => resolve({ code, output }));
      });

    test("ends 1 with the operator's words", async () => {
      breaking("backup-job");
      const { code, output } = await run(["backup", "lab"]);
      expect(output).toMatch(
        /asked for a backup[\s\S]*\n\nThe backup failed\n {2}JobFailed: Backup Job backup-bao-\d+ failed\nLook at the Job/,
      );
      expect(code).toBe(1);
    });

    test("prints the plan of a restore and of an upgrade, and does nothing", async () => {
      const plan = await run(["restore", "lab"]);
      expect(plan.output).toMatch(
        /Restore drill of bao:[\s\S]*Nothing was done. To do it: npm run openbao -- restore lab --yes/,
      );
      const { code, output } = await run(["upgrade", "lab", "--to", "2.6.3"]);
      expect(output).toMatch(/Upgrade of bao from 2.6.2 to 2.6.3, BlueGreen:[\s\S]*upgrade lab --to 2.6.3 --yes/);
      expect([plan.code, code, (await cluster()).spec.version]).toEqual([0, 0, "2.6.2"]);
    });

    test("Ctrl-C ends it with 130, and takes the trigger back that nobody took", async () => {
      breaking("backup-ignored");
      const { code, output } = await run(["backup", "lab"], "asked for a backup");
      expect(output).toMatch(/took the trigger back, which the operator had not taken\n\nThe backup was interrupted/);
      expect(code).toBe(130);
      expect((await cluster()).metadata.annotations).toBeUndefined();
    });
  });

  describe("login", () => {
    const certificates = { kind: "cert-manager", issuer: { kind: "local-ca" } } as const;
    const verify = (port = lane.edgePort, token: "keep" | "revoke" = "revoke") =>
      verifyLogins(lane.world, { names, edge: { port, network: { certificates } }, demo: { on: false } }, token);

    test("both ways, with the token of a real service account and every certificate checked", async () => {
      const { findings, token } = await verify();
      expect(findings.filter(({ status }) => status !== "pass")).toEqual([]);
      expect(findings.map(({ check }) => check)).toEqual([
        ...["Available", "TLSReady", "UserAccessBootstrap", "BackupConfigurationReady", "GatewayIntegrationReady"].map(
          (type) => `condition ${type}`,
        ),
        "condition OpenBaoInitialized",
        "condition OpenBaoSealed",
        "self-init",
        "root token",
        "login with a token through the edge",
        "login with a password through the edge",
        "login with a token through the service",
        "login with a password through the service",
      ]);
      expect(token).toBeUndefined();
    });

    test("a certificate of another authority and a root token fail, each for itself", async () => {
      await lane.world.create(paths.secret("").replace(/\/$/, ""), {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: names.rootToken },
      });
      // The port of OpenBao itself: its certificate is not for the page's host, and of the operator's authority.
      const { findings } = await verify(Number(new URL(lane.bao.address).port));
      await lane.world.remove(paths.secret(names.rootToken));
      expect(findings.filter(({ status }) => status === "fail").map(({ check }) => check)).toEqual([
        "root token",
        "login with a token through the edge",
        "login with a password through the edge",
      ]);
    });

    test("the token is given only where it is asked for, and is one of the admin's", async () => {
      const { token } = await verify(lane.edgePort, "keep");
      const { status } = await lane.bao.request("GET", "auth/token/lookup-self", { token: token ?? "" });
      expect(status).toBe(200);
    });
  });
});
