// Which versions can follow each other, and the image of one. Pure.
import semver from "semver";
import { runSideBySide } from "../../../lib/openbao-versions.ts";

/** Three numbers: an image of a release has no other tag. */
const isVersion = (text: string): boolean => /^\d+\.\d+\.\d+$/.test(text);

export interface Step {
  readonly from: string;
  readonly to: string;
  /** BlueGreen, RollingUpdate */
  readonly strategy: string;
}

/** Why the cluster can't go from one to the other; undefined where it can. */
export const versionProblem = ({ from, to, strategy }: Step): string | undefined => {
  if (!isVersion(from)) return `The cluster's version "${from}" is no version like 2.6.2`;
  if (!isVersion(to)) return `"${to}" is no version like 2.6.3`;
  if (semver.eq(to, from)) return `The cluster runs ${from} already`;
  if (semver.lt(to, from)) return `${to} is older than ${from}, and OpenBao can't be downgraded`;
  if (strategy === "BlueGreen" && !runSideBySide(from, to))
    return `${from} and ${to} can't run side by side, which blue-green needs: set openbao.upgrade.strategy to rolling and bring the stack up first`;
  return undefined;
};

/** The same image with another tag: quay.io/openbao/openbao:2.6.2 to :2.6.3. */
export const retagged = (image: string, version: string): string =>
  `${image.replace(/@sha256:[0-9a-f]+$/, "").replace(/:[^:/]+$/, "")}:${version}`;
