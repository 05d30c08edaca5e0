// The upgrade rehearsal: looks whether it can be, asks the operator for it, follows it, and leaves object and stack file in agreement.
import type { OpenBaoNames } from "../../../lib/openbao.ts";
import { duration } from "../../terminal/duration.ts";
import { canaryPath, newWord, readCanary, removeCanary, writeCanary } from "../canary.ts";
import { Interrupted, OperationFailed } from "../failure.ts";
import { follow, patiently, tell, type Verdict, waiting } from "../follow.ts";
import { readCluster } from "../look.ts";
import { type BaoCluster, conditionOf, describeCondition, isTrue, pathsOf } from "../objects.ts";
import { backupProblems, idleProblems, refuseFor } from "../preflight.ts";
import type { World } from "../world.ts";
import { blueGreenVerdict, breakGlassFailure, type Memory, nothingYet, remember, rollback } from "./blue-green.ts";
import { type Before, type Goal, violations } from "./checks.ts";
import { describeHeadroom, headroomProblems } from "./headroom.ts";
import { readHeadroom, readSeen } from "./look.ts";
import { hasMoved, rollingVerdict } from "./rolling.ts";
import { retagged, versionProblem } from "./versions.ts";

/**
 * Owner of version and image: the name that the program's next apply takes fields over from, so that a later change of the
 * stack file meets no conflict.
 */
const programs = "pulumi-kubernetes";

export interface UpgradeArgs {
  readonly names: OpenBaoNames;
  readonly to: string;
  readonly timeoutSeconds: number;
  /** Writes the version into the stack file. Returns what was written, in words. */
  declare(version: string): string;
}

const strategyOf = ({ spec }: BaoCluster): string => spec.upgrade?.strategy ?? "RollingUpdate";

/** Everything that is wrong before the version is touched. Pure, but for the headroom. */
export const upgradeProblems = (cluster: BaoCluster, to: string): string[] => {
  const { spec, status } = cluster;
  const strategy = strategyOf(cluster);
  const accepted = status?.acceptedUpgradeStrategy;
  const version = versionProblem({ from: status?.currentVersion ?? "", to, strategy });
  const available = conditionOf(cluster, "Available");
  if (status?.phase === undefined) return idleProblems(cluster);
  return [
    ...idleProblems(cluster),
    ...(version === undefined ? [] : [version]),
    ...(spec.version === status.currentVersion
      ? []
      : [`Its spec.version is ${spec.version ?? "not set"}, and it runs ${status.currentVersion ?? "nothing yet"}`]),
    ...(accepted === undefined || accepted === strategy
      ? []
      : [`The operator has accepted strategy ${accepted}, and not yet ${strategy}`]),
    ...(status.readyReplicas === spec.replicas
      ? []
      : [`${status.readyReplicas ?? 0} of ${spec.replicas ?? 0} replicas are ready`]),
    ...(isTrue(available) ? [] : [describeCondition("Available", available)]),
    ...(spec.upgrade?.preUpgradeSnapshot === true ? backupProblems(cluster) : []),
  ];
};

/** An upgrade to that version that an earlier run began, or that goes on since a Ctrl-C. */
export const isUnderWay = ({ spec, status }: BaoCluster, to: string): boolean =>
  spec.version === to && status?.currentVersion !== undefined && status.currentVersion !== to;

const patchVersion = (world: World, names: OpenBaoNames, { version, image }: Goal): Promise<unknown> =>
  world.patch(pathsOf(names).cluster, { spec: { version, image } }, programs);

interface Run {
  readonly names: OpenBaoNames;
  readonly goal: Goal;
  readonly before: Before;
  readonly timeoutSeconds: number;
}

const setBack = ({ version, image }: Before): string =>
  `set spec.version back to ${version}, and spec.image to ${image}`;

const turnBackSeconds = 900;

/** Sets version and image back, and waits until the operator is idle again. */
const turnBack = async (world: World, { names, before }: Run): Promise<void> => {
  const cluster = await readCluster(world, names);
  if (cluster.status?.currentVersion !== before.version || cluster.status.breakGlass?.active) return;
  if (cluster.spec.version !== before.version || cluster.spec.image !== before.image) {
    await patchVersion(world, names, before);
    tell(world, setBack(before));
  }
  await follow(world, {
    what: "The way back",
    timeoutSeconds: turnBackSeconds,
    next: `Look at it: kubectl -n ${names.namespace} describe openbaocluster ${names.cluster}`,
    look: async () => {
      const now = await readCluster(world, names);
      const { phase = "Idle" } = now.status?.blueGreen ?? {};
      const broken = breakGlassFailure(now, names);
      const seen = `phase ${phase}`;
      if (broken) return { state: "failed", seen: [seen], failure: broken };
      const lock = now.status?.operationLock?.operation;
      return phase === "Idle" && lock === undefined ? { state: "done", seen: [seen] } : waiting(seen);
    },
  });
  tell(world, `the cluster runs ${before.version}, as the stack file says`);
};

const followBlueGreen = async (world: World, run: Run): Promise<number> => {
  const { names, goal, before, timeoutSeconds } = run;
  let memory: Memory = nothingYet;
  const broken = new Set<string>();
  const took = await follow(world, {
    what: `The upgrade to ${goal.version}`,
    timeoutSeconds,
    next: "Look at what it waited for, and run the same command again",
    look: async () => {
      const seen = await readSeen(world, names);
      const verdict = blueGreenVerdict({ memory, seen, goal, names });
      memory = remember(memory, seen);
      // Rolled back: while it is, the old version may be declared again, and afterwards the operator would begin anew.
      if (rollback.includes(memory.phase) && seen.cluster.spec.version === goal.version) {
        await patchVersion(world, names, before);
        tell(world, setBack(before));
      }
      for (const one of violations(before, goal, seen)) {
        if (!broken.has(one)) tell(world, `NOT AS IT MUST BE: ${one}`);
        broken.add(one);
      }
      return verdict;
    },
  });
  if (broken.size > 0)
    throw new OperationFailed({
      what: `The cluster runs ${goal.version}, and the way there was not as it must be`,
      message: [...broken].join("\n"),
      next: `Do not upgrade like this where it matters. Look at the events: kubectl -n ${names.namespace} get events --sort-by=.lastTimestamp`,
    });
  return took;
};

const followRolling = (world: World, { names, goal, timeoutSeconds }: Run): Promise<number> =>
  follow(world, {
    what: `The upgrade to ${goal.version}`,
    timeoutSeconds,
    next: "Look at what it waited for, and run the same command again, which goes on watching",
    look: async (): Promise<Verdict> => rollingVerdict(await readCluster(world, names), goal, names),
  });

const followUpgrade = async (world: World, strategy: string, run: Run): Promise<number> => {
  const { names, goal } = run;
  try {
    return await (strategy === "BlueGreen" ? followBlueGreen : followRolling)(world, run);
  } catch (error) {
    if (error instanceof Interrupted)
      throw new Interrupted(
        `${error.message}. The operator goes on with it by itself. Run the same command again: it goes on watching. To turn back: kubectl -n ${names.namespace} patch openbaocluster ${names.cluster} --type merge -p '{"spec":{"version":"${run.before.version}","image":"${run.before.image}"}}'`,
      );
    const now = await readCluster(world, names);
    if (strategy !== "BlueGreen" && hasMoved(now)) throw error;
    if (now.status?.currentVersion !== goal.version)
      await turnBack(world, run).catch((second: unknown) => {
        throw new OperationFailed({
          what: `${error instanceof Error ? error.message : String(error)}\nAnd the way back failed:`,
          message: second instanceof Error ? second.message : String(second),
          next: `As long as spec.version is not ${run.before.version}, the operator tries again`,
        });
      });
    throw error;
  }
};

const checkHeadroom = async (world: World, names: OpenBaoNames): Promise<void> => {
  const headroom = await readHeadroom(world, names);
  refuseFor(
    "The upgrade",
    headroomProblems(headroom),
    "Blue-green runs two sets of replicas for a while. Make room (fewer apps, a larger machine, openbao.memory, openbao.storage), or set openbao.upgrade.strategy to rolling",
  );
  tell(world, describeHeadroom(headroom));
};

export const upgradePlan = async (world: World, { names, to }: Pick<UpgradeArgs, "names" | "to">): Promise<string> => {
  const cluster = await readCluster(world, names);
  const snapshot = cluster.spec.upgrade?.preUpgradeSnapshot === true;
  return [
    `Upgrade of ${names.cluster} from ${cluster.status?.currentVersion ?? "nothing"} to ${to}, ${strategyOf(cluster)}:`,
    "  1. look whether it can be: versions, replicas, locks, and room for a second set of replicas",
    `  2. log in, and write a random word to ${canaryPath(names)}`,
    `  3. change spec.version and spec.image of the OpenBaoCluster; the operator ${snapshot ? "takes a snapshot and " : ""}replaces the replicas`,
    "  4. follow every phase, and look who runs which image, where clients go, and that the HTTPRoute stays as it is",
    "  5. find the word again, and write the version into the stack file",
    "There is no way back to the old version afterwards, but a restore. If the upgrade fails, spec.version and spec.image are set back.",
  ].join("\n");
};

export const upgrade = async (world: World, { names, to, timeoutSeconds, declare }: UpgradeArgs): Promise<void> => {
  const cluster = await readCluster(world, names);
  const strategy = strategyOf(cluster);
  const resumed = isUnderWay(cluster, to);
  const version = cluster.status?.currentVersion ?? "";
  const oldImage = resumed
    ? (cluster.status?.blueGreen?.blueImage ?? retagged(cluster.spec.image ?? "", version))
    : (cluster.spec.image ?? "");
  const before: Before = { version, image: oldImage, route: (await readSeen(world, names)).route };
  const goal: Goal = { version: to, image: retagged(oldImage, to) };
  const run: Run = { names, goal, before, timeoutSeconds };
  const word = newWord();
  if (resumed) tell(world, `an upgrade from ${version} to ${to} is under way: watching it`);
  else {
    refuseFor(
      "The upgrade",
      upgradeProblems(cluster, to),
      "Wait for what is under way or correct it, and run the same command again",
    );
    if (strategy === "BlueGreen") await checkHeadroom(world, names);
    await writeCanary(world, names, word);
    tell(world, `logged in, and wrote the canary ${word} to ${canaryPath(names)}`);
    await patchVersion(world, names, goal).catch((error: unknown) => {
      throw new OperationFailed({
        what: "The API server refused the upgrade",
        message: error instanceof Error ? error.message : String(error),
        next: "Nothing was changed. Correct what it names, and run the same command again",
      });
    });
    tell(world, `asked for ${to} (spec.version, and spec.image ${goal.image})`);
  }
  const took = await followUpgrade(world, strategy, run);
  tell(world, `runs ${to} after ${duration(took)}`);
  const found = await patiently(world, 120, () => readCanary(world, names));
  if (!resumed && found !== word)
    throw new OperationFailed({
      what: `The cluster runs ${to}, and the canary is not ${word}`,
      message: found === undefined ? "there is none" : `it is "${found}"`,
      next: "Data was lost. Keep everything as it is, and restore the snapshot of before: npm run openbao -- restore --key KEY --yes",
    });
  tell(world, `logged in again, and the canary is ${found ?? "none"}`);
  await removeCanary(world, names);
  tell(world, declare(to));
};
