// The backup that the drill restores from: one of its own, so that its age is known.
import { type Command, CommandFailed, describeCommand } from "./machine.ts";
import type { Target } from "./target.ts";
import { aws, type Context, kubectl, must, until } from "./tools.ts";

const patienceSeconds = 3600;
const everySeconds = 15;

const createSnapshot = (target: Target, identifier: string, id: string): Command =>
  aws(
    target,
    "rds",
    "create-db-snapshot",
    "--db-instance-identifier",
    identifier,
    "--db-snapshot-identifier",
    id,
    "--tags",
    `Key=strata:cluster,Value=${target.clusterName}`,
    `Key=strata:stack,Value=${target.stack}`,
  );

const describeSnapshot = (target: Target, id: string): Command =>
  aws(target, "rds", "describe-db-snapshots", "--db-snapshot-identifier", id);

const backupObject = (cluster: string, id: string): object => ({
  apiVersion: "postgresql.cnpg.io/v1",
  kind: "Backup",
  metadata: { name: id, namespace: "database" },
  spec: { method: "barmanObjectStore", cluster: { name: cluster } },
});

export const backupCommands = (target: Target, id: string): string[] =>
  target.database.kind === "rds"
    ? [describeCommand(createSnapshot(target, target.database.identifier, id))]
    : [`kubectl -n database apply: Backup ${id} of the cluster ${target.database.cluster}`];

const snapshot = async (context: Context, identifier: string): Promise<string> => {
  const { target, machine, state } = context;
  const command = createSnapshot(target, identifier, state.id);
  const answer = await machine.run(command);
  // Of the run before this one.
  if (answer.code !== 0 && !answer.stderr.includes("DBSnapshotAlreadyExists")) throw new CommandFailed(command, answer);
  await until(context, `The snapshot ${state.id}`, {
    seconds: patienceSeconds,
    every: everySeconds,
    look: async () => {
      const { DBSnapshots = [] } = JSON.parse(await must(context, describeSnapshot(target, state.id))) as {
        DBSnapshots?: { Status: string; PercentProgress?: number }[];
      };
      const status = DBSnapshots[0]?.Status ?? "";
      if (status === "failed") throw new Error(`The snapshot ${state.id} failed`);
      return status === "available" || `${status} ${DBSnapshots[0]?.PercentProgress ?? 0} %`;
    },
  });
  return `snapshot ${state.id} of ${identifier}`;
};

const baseBackup = async (context: Context, cluster: string): Promise<string> => {
  const { id } = context.state;
  await kubectl(context, ["apply", "-f", "-"], JSON.stringify(backupObject(cluster, id)));
  await until(context, `The backup ${id}`, {
    seconds: patienceSeconds,
    every: everySeconds,
    look: async () => {
      const { status = {} } = JSON.parse(
        await kubectl(context, ["-n", "database", "get", "backup", id, "-o", "json"]),
      ) as {
        status?: { phase?: string; error?: string };
      };
      if (status.phase === "failed") throw new Error(`The backup ${id} failed: ${status.error ?? "no reason given"}`);
      return status.phase === "completed" || (status.phase ?? "");
    },
  });
  return `backup ${id} of ${cluster}`;
};

export const backUp = (context: Context): Promise<string> => {
  const { database } = context.target;
  return database.kind === "rds" ? snapshot(context, database.identifier) : baseBackup(context, database.cluster);
};
