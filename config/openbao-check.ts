// What OpenBao needs beside its own section, and what of it does not go together.
import semver from "semver";
import { isLocalKind } from "../lib/cluster-kinds.ts";
import { secondsOf } from "../lib/duration.ts";
import { blueGreenFrom, runSideBySide } from "../lib/openbao-versions.ts";
import { mebibytes } from "../lib/quantity.ts";
import { deliversStack } from "./gitops-delivers.ts";
import type { Issue } from "./issue.ts";
import type { Config } from "./schema.ts";

type Section = NonNullable<Config["openbao"]>;
type Add = (path: readonly PropertyKey[], message: string) => void;

/** What the operator needs at all: it unseals by a static key (its API reference, spec.version). */
const lowest = "2.4.0";

/** In MiB. A single server of 2.6.2 was seen at 95 after its start, and at 111 after 2,000 writes and a snapshot. */
const lowestMemory = 128;

const storeIssues = (config: Partial<Config>, present: ReadonlySet<string>, add: Add): void => {
  if (!present.has("objectStore"))
    add(
      ["backup"],
      "Backups go to the object store, and there is none. Add strata:objectStore with kind: rustfs or garage",
    );
  if (config.objectStore?.kind === "s3")
    add(
      ["backup", "bucket"],
      "A bucket of S3 is opened by a role and has no key, without which the operator deletes no old backup. Set objectStore.kind to rustfs or garage",
    );
};

const upgradeIssues = ({ version, upgrade }: Section, add: Add): void => {
  if (semver.lt(version, lowest))
    add(["version"], `${version} can't be unsealed by the operator, which needs ${lowest} or later. Set a later one`);
  const { to, strategy } = upgrade;
  if (to === undefined) return;
  if (semver.gte(version, to))
    add(
      ["upgrade", "to"],
      `${to} is not newer than ${version}, which the cluster starts with, and the operator refuses to go back. Set a newer one, or remove it`,
    );
  else if (strategy === "blue-green" && !runSideBySide(version, to))
    add(
      ["upgrade", "strategy"],
      `OpenBao ${version} and ${to} do not forward each other's requests, so the operator refuses blue-green across ${blueGreenFrom}. Set it to rolling, or version to ${blueGreenFrom} or later`,
    );
};

const backupIssues = ({ backup }: Section, add: Add): void => {
  const minutes = secondsOf(backup.keep) / 60;
  if (minutes < backup.everyMinutes)
    add(
      ["backup", "keep"],
      `A backup would be too old (${backup.keep}) before the next is made, after ${backup.everyMinutes} minutes. Set it to ${backup.everyMinutes}m or more`,
    );
};

/** Checks across sections, and pairs of keys in its own. @param present names of all sections in the stack file, valid or not. */
export const openbaoIssues = (config: Partial<Config>, present: ReadonlySet<string>): Issue[] => {
  const { openbao, cluster } = config;
  if (openbao === undefined) return [];
  const issues: Issue[] = [];
  const add: Add = (path, message) => void issues.push({ path: ["openbao", ...path], message });
  storeIssues(config, present, add);
  upgradeIssues(openbao, add);
  backupIssues(openbao, add);
  if (config.gitops && deliversStack(config.gitops))
    add(
      [],
      "Its logins hold keys that only the running API server knows, so a commit can't hold the cluster. Remove strata:gitops, or set it to kind: argocd with delivers: nothing",
    );
  if (openbao.replicas % 2 === 0)
    add(
      ["replicas"],
      `${openbao.replicas} replicas bear no more failures than ${openbao.replicas - 1}, and a cut in the middle stops all of them. Set it to ${openbao.replicas - 1} or ${openbao.replicas + 1}`,
    );
  if (mebibytes(openbao.memory) < lowestMemory)
    add(["memory"], `${openbao.memory} is too little for a server of OpenBao. Set it to ${lowestMemory}Mi or more`);
  if (openbao.demoLogin && cluster && !isLocalKind(cluster.kind))
    add(
      ["demoLogin"],
      `A login of the admin by a password is allowed on local clusters only (kind, k3d, kwok), not on ${cluster.kind}. Set it to false; npm run openbao -- login gives a token for an hour`,
    );
  return issues;
};
