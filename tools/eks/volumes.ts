// Before the volumes' driver goes: are the volumes gone that it made? Nothing else deletes them, and nothing in the cluster would say so.
import { UserError } from "../../lib/errors.ts";

export interface PersistentVolume {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly csi?: { readonly driver: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: { readonly namespace: string; readonly name: string };
  };
}

export interface VolumesArgs {
  readonly driver: string;
  /** Every volume of the cluster. */
  list(): Promise<readonly PersistentVolume[]>;
  sleep(milliseconds: number): Promise<void>;
  say(line: string): void;
  /** Default: 600. */
  readonly timeoutSeconds?: number;
}

const pauseMs = 5000;

const describeVolume = ({ metadata, spec }: PersistentVolume): string =>
  spec.claimRef ? `${metadata.name} (claimed by ${spec.claimRef.namespace}/${spec.claimRef.name})` : metadata.name;

/**
 * Waits until the driver has deleted every volume that it is to delete.
 *
 * @throws UserError that names those that are left.
 */
export const waitForVolumes = async (args: VolumesArgs): Promise<void> => {
  const { driver, timeoutSeconds = 600 } = args;
  let said = "";
  for (let waited = 0; ; waited += pauseMs) {
    const left = (await args.list()).filter(
      ({ spec }) => spec.csi?.driver === driver && spec.persistentVolumeReclaimPolicy !== "Retain",
    );
    if (left.length === 0) return;
    const names = left.map(describeVolume).join(", ");
    if (waited >= timeoutSeconds * 1000)
      throw new UserError(
        `${left.length === 1 ? "A volume is" : `${left.length} volumes are`} still there after ${timeoutSeconds} s: ${names}. ` +
          "Without the volumes' driver nothing would delete them. Delete the claims with kubectl, then destroy again",
      );
    if (names !== said) args.say(`Waiting for volumes to be deleted: ${names}`);
    said = names;
    await args.sleep(pauseMs);
  }
};
