// What must come back: a row, an object, a secret's version. Written before the destruction, compared after it.
import { createHash } from "node:crypto";
import { type Command, CommandFailed } from "./machine.ts";
import { dropTable, readRow, writeRow } from "./query.ts";
import type { Target } from "./target.ts";
import { aws, type Context, isAbsent, kubectl, must, query, until } from "./tools.ts";

const key = (id: string): string => `drill/${id}`;
const url = ({ bucket = "" }: Target, id: string): string => `s3://${bucket}/${key(id)}`;
const secretName = ({ clusterName }: Target): string => `${clusterName}/drill`;

const fact = ({ state }: Context, name: string): string => {
  const value = state.facts[name];
  if (value === undefined) throw new Error(`The drill's state has no ${name}: it was written by another version`);
  return value;
};

const same = (what: string, found: string, wanted: string): void => {
  if (found !== wanted) throw new Error(`${what} is "${found}", and before the destruction it was "${wanted}"`);
};

export const canaryRow = async (context: Context): Promise<string> => {
  const { id, startedAt } = context.state;
  const row = await query(context, "write", writeRow(id, startedAt));
  if (!row.startsWith(`${id} `)) throw new Error(`The row was not read back: "${row}"`);
  context.state.facts["row"] = row;
  return row;
};

export const compareRow = async (context: Context): Promise<string> => {
  const row = await query(context, "read", readRow(context.state.id));
  same("The row", row, fact(context, "row"));
  return row;
};

const download = (target: Target, id: string): Command => ({
  program: "aws",
  args: ["s3", "cp", url(target, id), "-", "--region", target.region],
});

export const canaryObject = async (context: Context): Promise<string> => {
  const { target, state } = context;
  const text = `${state.id} ${state.startedAt}`;
  await must(context, {
    program: "aws",
    args: ["s3", "cp", "-", url(target, state.id), "--region", target.region],
    input: text,
  });
  same("The object, read back at once,", await must(context, download(target, state.id)), text);
  state.facts["object"] = text;
  return url(target, state.id);
};

export const compareObject = async (context: Context): Promise<string> => {
  const { target, state } = context;
  same("The object", await must(context, download(target, state.id)), fact(context, "object"));
  return url(target, state.id);
};

/** Digest of every Secret that External Secrets keeps for the apps: the values leave no trace. */
const digests = async (context: Context): Promise<string> => {
  const list = JSON.parse(
    await kubectl(context, [
      ...["-n", "apps", "get", "secrets", "-o", "json"],
      ...["-l", "reconcile.external-secrets.io/managed=true"],
    ]),
  ) as { items: { metadata: { name: string }; data?: Record<string, string> }[] };
  return list.items
    .map(({ metadata, data = {} }) => {
      const content = JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
      return `${metadata.name}=${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
    })
    .sort()
    .join(" ");
};

const currentVersion = async (context: Context): Promise<string> => {
  const { target } = context;
  const answer = await must(
    context,
    aws(target, "secretsmanager", "get-secret-value", "--secret-id", secretName(target)),
  );
  const { VersionId, SecretString } = JSON.parse(answer) as { VersionId: string; SecretString: string };
  return `${VersionId} ${SecretString}`;
};

export const canarySecret = async (context: Context): Promise<string> => {
  const { target, state, machine } = context;
  const value = ["--secret-string", state.id];
  const put = aws(target, "secretsmanager", "put-secret-value", "--secret-id", secretName(target), ...value);
  const answer = await machine.run(put);
  if (isAbsent(answer))
    await must(context, aws(target, "secretsmanager", "create-secret", "--name", secretName(target), ...value));
  else if (answer.code !== 0) throw new CommandFailed(put, answer);
  state.facts["secret"] = await currentVersion(context);
  state.facts["secrets"] = await digests(context);
  return `version ${state.facts["secret"].split(" ")[0]}, ${state.facts["secrets"].split(" ").filter(Boolean).length} Secrets in the cluster`;
};

export const compareSecret = async (context: Context): Promise<string> => {
  same("The secret's version", await currentVersion(context), fact(context, "secret"));
  const wanted = fact(context, "secrets");
  // They come by themselves, soon after the controller.
  await until(context, "The Secrets of the apps", {
    seconds: 300,
    every: 10,
    look: async () => {
      const found = await digests(context);
      return found === wanted || `${found} in the place of ${wanted}`;
    },
  });
  return `version ${fact(context, "secret").split(" ")[0]}, ${wanted.split(" ").filter(Boolean).length} Secrets in the cluster`;
};

export const tidy = async (context: Context): Promise<string> => {
  const { target, state } = context;
  await query(context, "drop", dropTable);
  if (target.bucket !== undefined)
    await must(context, { program: "aws", args: ["s3", "rm", url(target, state.id), "--region", target.region] });
  if (target.secrets) {
    const forget = aws(
      target,
      ...["secretsmanager", "delete-secret", "--secret-id", secretName(target), "--force-delete-without-recovery"],
    );
    const answer = await context.machine.run(forget);
    if (answer.code !== 0 && !isAbsent(answer)) throw new CommandFailed(forget, answer);
  }
  return target.database.kind === "rds"
    ? `kept: the snapshot ${state.id}, and the final snapshot of the instance that was destroyed`
    : `kept: the backups of ${target.database.cluster} in the bucket`;
};
