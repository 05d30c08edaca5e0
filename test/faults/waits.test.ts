// A wait that fails says why. The cluster's simulated kubelet is stopped, and this test writes what a real one would have written.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isObject, type Properties, stringAt } from "../../tools/plugins/rpc/values.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { signal } from "../support/processes.ts";
import { Strata, until } from "../support/strata.ts";
import { expectConverged, expectPlain } from "./support/converge.ts";
import { attempt } from "./support/record.ts";

const app = (name: string, more = ""): string =>
  `    ${name}: { image: "versions:podinfo", port: 9898, runAsUser: 100${more} }\n`;

const pull = {
  waiting: {
    reason: "ImagePullBackOff",
    message: 'Back-off pulling image "ghcr.io/nobody/nothing:1": not found',
  },
};
const crash = {
  state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" } },
  lastState: {
    terminated: { exitCode: 1, reason: "Error", message: "panic: the configuration names no database\n" },
  },
};

const status = (container: Properties): Properties => ({
  status: {
    phase: "Pending",
    containerStatuses: [{ name: "", image: "i", imageID: "", ready: false, restartCount: 3, ...container }],
  },
});

/** Writes a pod's status and a warning about it, as its kubelet would. */
const playKubelet = async (
  strata: Strata,
  workload: string,
  container: Properties,
  warning: readonly [string, string],
) => {
  const { cluster, client } = strata.api();
  const path = "/api/v1/namespaces/apps/pods";
  const podOf = async () =>
    (await cluster.list(path, { labelSelector: `app.kubernetes.io/name=${workload}` })).find(
      (pod) => stringAt(pod, "spec", "nodeName") !== undefined,
    );
  await until(`the pod of ${workload} has a node`, async () => (await podOf()) !== undefined, 120);
  const pod = (await podOf()) ?? {};
  const name = stringAt(pod, "metadata", "name") ?? "";
  const [first] = ((pod["spec"] as Properties)["containers"] as Properties[]).filter(isObject);
  await client.send({
    method: "PATCH",
    path: `${path}/${name}/status`,
    contentType: "application/merge-patch+json",
    body: status({ ...container, name: stringAt(first, "name") ?? "" }),
  });
  const [reason, message] = warning;
  await client.send({
    method: "PATCH",
    path: `/api/v1/namespaces/apps/events/${workload}-told`,
    query: { fieldManager: "kubelet", force: "true" },
    contentType: "application/apply-patch+yaml",
    body: {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${workload}-told`, namespace: "apps" },
      involvedObject: { kind: "Pod", namespace: "apps", name },
      type: "Warning",
      reason,
      message,
      lastTimestamp: new Date().toISOString(),
    },
  });
};

describe("a wait that fails", () => {
  test("names phase, reason, last event and last words of each workload", () =>
    attempt("workloads that never get ready: no image, a crash, no room", "", async () => {
      const stacks = mkdtempSync(join(tmpdir(), "strata-stacks-"));
      const file = join(stacks, "Pulumi.small.yaml");
      cpSync(join(repository, "test", "faults", "stacks"), stacks, { recursive: true });
      const whole = readFileSync(file, "utf8");
      const strata = new Strata({ stacks });
      try {
        await strata.up();
        const kwok = strata.part("kwok-controller");
        signal([kwok], "SIGSTOP");
        const large = ', resources: { cpu: "1000", memory: 64Mi }';
        writeFileSync(file, `${whole.trimEnd()}\n${app("no-image")}${app("crash")}${app("no-room", large)}`);
        const { ended } = strata.start("start");
        await Promise.all([
          playKubelet(strata, "no-image", { state: pull }, ["Failed", "Failed to pull image: 404 Not Found"]),
          playKubelet(strata, "crash", crash, ["BackOff", "Back-off restarting failed container"]),
        ]);
        const run = await ended;
        expect(run.code).toBe(1);
        expectPlain(run);
        expect(run.output).toContain('waits: [ImagePullBackOff] Back-off pulling image "ghcr.io/nobody/nothing:1"');
        expect(run.output).toContain("[Failed] Failed to pull image: 404 Not Found");
        expect(run.output).toContain("waits: [CrashLoopBackOff]");
        expect(run.output).toContain("ended with exit code 1 (Error): panic: the configuration names no database");
        expect(run.output).toMatch(/\[Pod (apps\/)?no-room-[a-z0-9-]+\]: .*nodes are available: .*Insufficient cpu/);
        expect(run.output).toContain("✗ Deployment no-image");
        signal([kwok], "SIGCONT");
        writeFileSync(file, whole);
        await expectConverged(strata);
        return "each said its pod's state, the last event and the container's last words";
      } finally {
        await strata.close();
        rmSync(stacks, { recursive: true, force: true });
      }
    }));
});
