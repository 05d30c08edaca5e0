// `npm run ci -- collect STACK`: what tells why a run failed, in one folder: events, logs, records, and what the cluster says. No secret.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterName } from "../../layers/cluster/spec.ts";
import { type Command, openToolchain, parseCommand } from "../command.ts";
import { configOf } from "../doctor/gather.ts";
import { stackName } from "../engine/session.ts";
import { redact } from "../report/redact.ts";
import { openScreen } from "../terminal/live.ts";
import { capture } from "../terminal/process.ts";
import { ensure } from "../toolchain/ensure.ts";
import { locate } from "../toolchain/locate.ts";
import { type Paths, paths, repository } from "../toolchain/paths.ts";

/** Questions to the cluster, by the file that keeps the answer. Nothing that prints a Secret's data. */
const questions: Readonly<Record<string, readonly string[]>> = {
  "nodes.txt": ["describe", "nodes"],
  "objects.txt": ["get", "pods,deployments,statefulsets,daemonsets,jobs,persistentvolumeclaims", "-A", "-o", "wide"],
  "events.txt": ["get", "events", "-A", "--sort-by=.lastTimestamp"],
  "pods.txt": ["describe", "pods", "-A"],
};

/** Files of a stack's folder that hold no secret: the engine masks them in both. */
const engineFiles = ["events.jsonl", "engine.log"] as const;

const copy = (from: string, to: string): void => {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
};

const askCluster = async (kubeconfig: string, folder: string): Promise<void> => {
  const screen = await openScreen();
  await ensure(["kubectl"], openToolchain(screen));
  screen.close();
  const kubectl = await locate("kubectl");
  for (const [file, question] of Object.entries(questions)) {
    const { stdout, stderr } = await capture(
      kubectl,
      ["--kubeconfig", kubeconfig, "--request-timeout=30s", ...question],
      {
        timeoutMs: 60_000,
      },
    );
    writeFileSync(join(folder, file), redact(stdout + stderr));
  }
};

/** What kind keeps of its nodes: the kubelet's journal and the log of every container. */
const exportLogs = async (cluster: string, folder: string): Promise<void> => {
  await capture(await locate("kind"), ["export", "logs", folder, "--name", cluster], { timeoutMs: 180_000 });
};

/** @returns the folder. A part that can't be had is left out: what broke may be just that. */
export const collect = async (command: Command, where: Paths, folder: string): Promise<string> => {
  const { stack, rehearse, variant } = command;
  const name = stackName(stack, rehearse, variant);
  const { cluster } = configOf(stack, rehearse ? "kwok" : undefined);
  const own = clusterName(name, cluster);
  const kubeconfig = join(where.cluster(own), "kubeconfig");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of engineFiles) copy(join(where.stack(name), file), join(folder, file));
  copy(join(where.history, name), join(folder, "history"));
  copy(where.logs, join(folder, "toolchain"));
  if (existsSync(kubeconfig)) await askCluster(kubeconfig, folder);
  if (cluster.kind === "kind" && existsSync(kubeconfig)) await exportLogs(own, join(folder, "kind"));
  return folder;
};

export async function run(args: readonly string[]): Promise<number> {
  console.log(await collect(parseCommand(args), paths(), join(repository, ".strata", "ci", "collected")));
  return 0;
}
