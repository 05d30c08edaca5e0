// Which versions can follow each other, and the image of one. Pure.

const parse = (version: string): readonly number[] | undefined =>
  /^\d+\.\d+\.\d+$/.test(version) ? version.split(".").map(Number) : undefined;

/** Negative where a is the older one. */
const compare = (a: readonly number[], b: readonly number[]): number => {
  for (const [index, part] of a.entries()) if (part !== b[index]) return part - (b[index] ?? 0);
  return 0;
};

/** First version whose peers no older one understands while both run side by side (the operator's documentation of upgrades). */
const parting = [2, 6, 0];

export interface Step {
  readonly from: string;
  readonly to: string;
  /** BlueGreen, RollingUpdate */
  readonly strategy: string;
}

/** Why the cluster can't go from one to the other; undefined where it can. */
export const versionProblem = ({ from, to, strategy }: Step): string | undefined => {
  const [old, next] = [parse(from), parse(to)];
  if (!old) return `The cluster's version "${from}" is no version like 2.6.2`;
  if (!next) return `"${to}" is no version like 2.6.3`;
  if (compare(next, old) === 0) return `The cluster runs ${from} already`;
  if (compare(next, old) < 0) return `${to} is older than ${from}, and OpenBao can't be downgraded`;
  if (strategy === "BlueGreen" && compare(old, parting) < 0 && compare(next, parting) >= 0)
    return `${from} and ${to} can't run side by side, which blue-green needs: set openbao.upgrade.strategy to rolling and bring the stack up first`;
  return undefined;
};

/** The same image with another tag: quay.io/openbao/openbao:2.6.2 to :2.6.3. */
export const retagged = (image: string, version: string): string =>
  `${image.replace(/@sha256:[0-9a-f]+$/, "").replace(/:[^:/]+$/, "")}:${version}`;
