import { describe, expect, test } from "vitest";
import { type PersistentVolume, waitForVolumes } from "../../../../tools/eks/volumes.ts";

const volume = (name: string, changes: Partial<PersistentVolume["spec"]> = {}): PersistentVolume => ({
  metadata: { name },
  spec: { csi: { driver: "ebs.csi.aws.com" }, persistentVolumeReclaimPolicy: "Delete", ...changes },
});

/** Runs it over the lists that the API server gives one after the other; the last one stays. */
const run = async (lists: readonly (readonly PersistentVolume[])[], timeoutSeconds = 600) => {
  const said: string[] = [];
  let asked = 0;
  let slept = 0;
  await waitForVolumes({
    driver: "ebs.csi.aws.com",
    timeoutSeconds,
    list: async () => lists[Math.min(asked++, lists.length - 1)] ?? [],
    sleep: async (milliseconds) => {
      slept += milliseconds;
    },
    say: (line) => said.push(line),
  });
  return { asked, slept, said };
};

describe("before the volumes' driver goes", () => {
  test("a volume that stays is named with its claim, and the driver with it", async () => {
    await expect(
      run([[volume("pvc-1", { claimRef: { namespace: "database", name: "data-postgres-0" } })]], 20),
    ).rejects.toThrow(
      "A volume is still there after 20 s: pvc-1 (claimed by database/data-postgres-0). Without the volumes' driver nothing would delete them. Delete the claims with kubectl, then destroy again",
    );
  });

  test("it waits until the last one is gone, and says so once", async () => {
    const one = volume("pvc-1");
    expect(await run([[one, volume("pvc-2")], [one], [one], []])).toEqual({
      asked: 4,
      slept: 15_000,
      said: ["Waiting for volumes to be deleted: pvc-1, pvc-2", "Waiting for volumes to be deleted: pvc-1"],
    });
  });

  test("volumes of another driver, and those that are to stay, hold nothing back", async () => {
    const lists = [
      [volume("a", { csi: { driver: "efs.csi.aws.com" } }), volume("b", { persistentVolumeReclaimPolicy: "Retain" })],
    ];
    expect(await run(lists)).toEqual({ asked: 1, slept: 0, said: [] });
  });
});
