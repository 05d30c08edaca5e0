// What steps do more than once: commands that must succeed, kubectl on the cluster that there is, waiting.
import { type Answer, type Command, CommandFailed, type Machine } from "./machine.ts";
import { queryJob } from "./query.ts";
import type { DrillState } from "./state.ts";
import type { Target } from "./target.ts";

export interface Context {
  readonly target: Target;
  readonly state: DrillState;
  readonly machine: Machine;
}

export const aws = (target: Target, ...args: string[]): Command => ({
  program: "aws",
  args: [...args, "--region", target.region, "--output", "json"],
});

const strata = (script: string, ...args: string[]): Command => ({
  program: "node",
  args: ["tools/run.mjs", script, ...args],
});

export const up = ({ stack }: Target): Command => ({ ...strata("start", stack), shown: true });
/** Protected resources stay, and what they depend on: the key, the buckets, RDS with its network. */
export const destroy = ({ stack }: Target): Command => ({
  ...strata("destroy", stack, "--", "--exclude-protected"),
  shown: true,
});
export const output = ({ stack }: Target, name: string): Command => strata("output", stack, name);

/** @throws CommandFailed unless it succeeds. */
export const must = async ({ machine }: Context, command: Command): Promise<string> => {
  const answer = await machine.run(command);
  if (answer.code !== 0) throw new CommandFailed(command, answer);
  return answer.stdout.trim();
};

/** Whether it says that there is no such thing, in the words of AWS. */
export const isAbsent = ({ code, stderr }: Answer): boolean => code !== 0 && /NotFound/.test(stderr);

/** kubectl, with the kubeconfig of the cluster as it is now. */
export const kubectl = async (context: Context, args: readonly string[], input?: string): Promise<string> => {
  const file = context.machine.keepKubeconfig(await must(context, output(context.target, "kubeconfig")));
  return must(context, {
    program: "kubectl",
    args: ["--kubeconfig", file, ...args],
    ...(input !== undefined && { input }),
  });
};

/** Cluster of CloudNativePG that there is: the restored one once the stack file says so. */
export const currentCluster = ({ target, state }: Context): string => {
  if (target.database.kind !== "cloudnative-pg") return "";
  return state.done["restore-config"] ? target.database.next : target.database.cluster;
};

/** Answer of a statement. The Job is deleted before and after: a resumed step begins anew. */
export const query = async (context: Context, name: string, sql: string): Promise<string> => {
  const { target, state } = context;
  const versions = JSON.parse(await must(context, output(target, "versions"))) as Record<string, string>;
  const image = versions[target.database.kind === "rds" ? "postgres" : "postgresCloudNative"];
  if (image === undefined) throw new Error("The stack's output versions names no image of Postgres");
  const job = `${state.id}-${name}`;
  const on = (...args: string[]): Promise<string> => kubectl(context, ["-n", "database", ...args]);
  await on("delete", "job", job, "--ignore-not-found", "--wait=true");
  const manifest = queryJob({ name: job, image, target: target.database, cluster: currentCluster(context), sql });
  await kubectl(context, ["apply", "-f", "-"], JSON.stringify(manifest));
  await on("wait", "--for=condition=complete", "--timeout=300s", `job/${job}`);
  const answer = await on("logs", `job/${job}`);
  await on("delete", "job", job, "--wait=false");
  return answer;
};

/** @throws Error with what was seen last, when it took too long. */
export const until = async (
  { machine }: Context,
  what: string,
  {
    seconds,
    every,
    look,
  }: { readonly seconds: number; readonly every: number; readonly look: () => Promise<string | true> },
): Promise<void> => {
  const deadline = machine.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen === true) return;
    if (machine.now() >= deadline)
      throw new Error(`${what} took more than ${seconds} s. Last seen: ${seen || "nothing"}`);
    await machine.sleep(every * 1000);
  }
};
