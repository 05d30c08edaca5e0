// Run by the engine before it deletes the volumes' driver of an EKS cluster: waits until its volumes are gone. Cluster on standard input.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { EksEndpoint } from "../layers/cluster/eks/kubeconfig.ts";
import { UserError } from "../lib/errors.ts";
import { read } from "./eks/api.ts";
import { type PersistentVolume, waitForVolumes } from "./eks/volumes.ts";

try {
  const { driver, ...cluster } = JSON.parse(readFileSync(0, "utf8")) as EksEndpoint & { readonly driver: string };
  await waitForVolumes({
    driver,
    list: async () =>
      (JSON.parse(await read(cluster, "/api/v1/persistentvolumes")) as { items: PersistentVolume[] }).items,
    sleep: (milliseconds) => sleep(milliseconds),
    say: (line) => void process.stderr.write(`${line}\n`),
  });
} catch (error) {
  process.stderr.write(`${error instanceof UserError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
