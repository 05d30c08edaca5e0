// Objects of the operator for tests of pure verdicts: a healthy cluster, and pods of a revision.
import { openbaoNames } from "../../../../lib/openbao.ts";
import type { BaoCluster, Condition, Job, Pod } from "../../../../tools/openbao/objects.ts";

export const names = openbaoNames("bao");

export const condition = (type: string, status: string, reason = "", message = ""): Condition => ({
  type,
  status,
  reason,
  message,
});

type Status = NonNullable<BaoCluster["status"]>;

export const cluster = (status: Partial<Status> = {}, spec: BaoCluster["spec"] = {}): BaoCluster => ({
  metadata: { name: "bao" },
  spec: {
    version: "2.6.2",
    image: "quay.io/openbao/openbao:2.6.2",
    replicas: 3,
    storage: { size: "1Gi" },
    backup: { target: { bucket: "openbao-backups" } },
    upgrade: { strategy: "BlueGreen", preUpgradeSnapshot: true },
    ...spec,
  },
  status: {
    phase: "Running",
    readyReplicas: 3,
    currentVersion: "2.6.2",
    acceptedUpgradeStrategy: "BlueGreen",
    conditions: [condition("Available", "True"), condition("BackupConfigurationReady", "True")],
    ...status,
  },
});

export const pod = (name: string, revision: string, image: string, ready = "True"): Pod => ({
  metadata: { name, labels: { "openbao.org/revision": revision } },
  spec: { containers: [{ name: "openbao", image }] },
  status: { phase: "Running", conditions: [condition("Ready", ready)] },
});

export const job = (name: string, state: "running" | "Complete" | "Failed"): Job => ({
  metadata: { name },
  status: { conditions: state === "running" ? [] : [condition(state, "True")] },
});
