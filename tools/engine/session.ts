// Everything that an engine command needs before it can start: CLI, plugins, backend, passphrase, stack, and a state without stale locks.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { capture } from "../terminal/process.ts";
import { ensureAwsPlugin } from "../toolchain/aws-plugin.ts";
import { ensure, type Toolchain } from "../toolchain/ensure.ts";
import { locate } from "../toolchain/locate.ts";
import { paths, repository } from "../toolchain/paths.ts";
import { ensurePlugins, type PluginKind } from "../toolchain/plugins.ts";
import { keepAutomaticLogsOff } from "./automatic-logs.ts";
import { type Backend, backendFolder, chooseBackend, readCredentials } from "./backend.ts";
import { hasReleases, usesCharts } from "./charts.ts";
import { engineEnvironment } from "./environment.ts";
import { clearDeadLocks, lockFolder } from "./locks.ts";
import { ensurePassphrase } from "./passphrase.ts";
import { type Deployment, repair } from "./pending.ts";
import { remedyFor } from "./report.ts";
import { prepareStackFolder, readStackFile, stackFolder } from "./stack-file.ts";
import { initStack } from "./stack-init.ts";
import { mendState } from "./state-file.ts";

export const project = "strata";

export interface SessionArgs {
  /** Stack file to use: Pulumi.<stack>.yaml. */
  readonly stack: string;
  /** On the embedded cluster, under a stack name of its own. */
  readonly rehearse: boolean;
  /** Beside the user's own stack: for a bench. */
  readonly variant?: Variant;
  /** Folder of the program. Default: this repository. */
  readonly root?: string;
  readonly toolchain: Toolchain;
  readonly say: (line: string) => void;
}

export interface Session {
  /** Name of the Pulumi stack. */
  readonly name: string;
  /** Kind of its cluster. */
  readonly cluster: string;
  /** Folder of the program. */
  readonly root: string;
  readonly pulumi: string;
  readonly plugins: PluginKind;
  readonly backend: Backend;
  /** Variables on top of the user's own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly configFile: string;
  /** Folder of this stack's files: config copy, event stream, engine log. */
  readonly folder: string;
}

/** Stacks that a bench makes of a stack file: its own, and the one of the commit that it compares with. */
export type Variant = "bench" | "bench-base";

export const stackName = (stack: string, rehearse: boolean, variant?: Variant): string =>
  [stack, ...(variant ? [variant] : []), ...(rehearse ? ["rehearsal"] : [])].join("-");

/** The stack file and the way of running behind a Pulumi stack's name. A stack file of that very name comes first. */
export function readStackName(
  name: string,
  stacks: readonly string[],
): { readonly stack: string; readonly rehearse: boolean; readonly variant?: Variant } {
  const [, base = name, variant, rehearsal] = /^(.+?)(?:-(bench|bench-base))?(-rehearsal)?$/.exec(name) ?? [];
  const rehearse = rehearsal !== undefined;
  const whole = rehearse ? name.slice(0, -"-rehearsal".length) : name;
  if (variant === undefined || stacks.includes(whole)) return { stack: whole, rehearse };
  return { stack: base, rehearse, variant: variant as Variant };
}

/** Tools that a run needs, by the kind of its cluster. */
export const toolsFor = (cluster: string): readonly string[] => {
  switch (cluster) {
    case "kind":
      return ["pulumi", "kind"];
    case "k3d":
      return ["pulumi", "k3d"];
    case "kwok":
      return [
        "pulumi",
        "kwokctl",
        "kwok",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "etcd",
        "kubectl",
      ];
    default:
      return ["pulumi"];
  }
};

/** Keys of `strata:cluster` that a run needs before the program starts, read without the cost of the whole schema. */
export function clusterSection(stackFile: string): { readonly kind: string; readonly name?: string } {
  const [, flow, block = ""] =
    /^ {2}strata:cluster:[ \t]*(\{[^}]*\})?.*\n((?: {4}.*\n|[ \t]*\n)*)/m.exec(`${stackFile}\n`) ?? [];
  const value = (key: string): string | undefined =>
    new RegExp(`(?:^ {4}|[{,]\\s*)${key}:\\s*["']?([\\w-]+)`, "m").exec(flow ?? block)?.[1];
  const name = value("name");
  return { kind: value("kind") ?? "kind", ...(name !== undefined && { name }) };
}

const stateFile = (folder: string, stack: string): string =>
  join(folder, ".pulumi", "stacks", project, `${stack}.json`);

const historyFolder = (folder: string, stack: string): string => join(folder, ".pulumi", "history", project, stack);

interface StateFile {
  readonly checkpoint?: { readonly latest?: Deployment };
}

/** Text of a stack's state in a file backend; undefined where it has none. To be parsed by `parseState`, if at all. */
export function readStateText(
  backend: Backend,
  stack: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const folder = backendFolder(backend, env);
  if (folder === undefined) return undefined;
  try {
    return readFileSync(stateFile(folder, stack), "utf8");
  } catch {
    return undefined;
  }
}

/** Undefined where the backend keeps it in another form. */
export function parseState(text: string | undefined): Deployment | undefined {
  try {
    return text === undefined ? undefined : ((JSON.parse(text) as StateFile).checkpoint?.latest ?? {});
  } catch {
    return undefined;
  }
}

/** What a file backend remembers of a stack; undefined where it has none, or keeps it in another form. */
export const readState = (backend: Backend, stack: string, env?: NodeJS.ProcessEnv): Deployment | undefined =>
  parseState(readStateText(backend, stack, env));

/**
 * The state of a stack in whatever backend, by the engine itself, which takes a second.
 *
 * @param secrets whether its secrets come in clear, for a comparison that stays in this process. Default: encrypted.
 */
export async function exportState(session: Session, secrets = false): Promise<Deployment> {
  const { code, stdout, stderr } = await capture(
    session.pulumi,
    [
      ...["stack", "export", "--stack", session.name, "--cwd", session.folder, "--non-interactive"],
      ...(secrets ? ["--show-secrets"] : []),
    ],
    { env: { ...process.env, ...session.variables }, timeoutMs: 30_000 },
  );
  if (code !== 0) {
    const said = (stderr || stdout).trim();
    const remedy = remedyFor(said);
    throw new UserError(
      `The state of ${session.name} cannot be read: ${said}${remedy === undefined ? "" : `\n→ ${remedy}`}`,
    );
  }
  return (JSON.parse(stdout) as { deployment?: Deployment }).deployment ?? {};
}

/** Engine variables of a stack, without a process started for it. */
async function prepare(args: SessionArgs): Promise<Session> {
  const where = paths();
  const { stack, rehearse, variant, root = repository, toolchain } = args;
  const source = readStackFile(args.root ?? stackFolder(), stack);
  const cluster = rehearse ? "kwok" : clusterSection(source).kind;
  await ensure(toolsFor(cluster), toolchain);
  const pulumi = await locate("pulumi");
  const plugins = await ensurePlugins(pulumi, toolchain);
  if (cluster === "eks") await ensureAwsPlugin({ pulumi, kind: plugins, stack, say: args.say });
  keepAutomaticLogsOff(where.pulumiHome);
  const backend = chooseBackend(process.env, readCredentials(process.env), where);
  const name = stackName(stack, rehearse, variant);
  // The official plugin has helm built in. A release that left the stack file is still to be uninstalled.
  const wantsHelm = plugins === "offline" && (usesCharts(source) || hasReleases(readStateText(backend, name)));
  if (wantsHelm) await ensure(["helm"], toolchain);
  const variables = engineEnvironment({
    env: process.env,
    where,
    backend,
    pulumi,
    ...(wantsHelm && { helm: await locate("helm") }),
    ...(rehearse && { cluster: "kwok" as const }),
  });
  if (variables["PULUMI_CONFIG_PASSPHRASE_FILE"] === where.passphrase) ensurePassphrase(where.passphrase);
  const { folder, configFile } = prepareStackFolder(root, where.stack(name), name, source);
  return { name, cluster, root, pulumi, plugins, backend, variables, configFile, folder };
}

/**
 * The engine writes its whole state to disk at each of its steps: half of the time of a destroy, a third of a first run's.
 *
 * Only for a run that may be killed without its last write, because the next one gets along without: a destroy of a local stack,
 * whose steps but one only forget, and the creation of a local cluster, which the next run finds full and without state, and
 * builds anew.
 */
export const withoutCheckpoints = (session: Session): Session => ({
  ...session,
  variables: { ...session.variables, PULUMI_SKIP_CHECKPOINTS: "true" },
});

/** After a run without checkpoints: the copy that a file backend keeps beside a state is the one of before, which was empty. */
export function keepStateCopy(session: Session, env: NodeJS.ProcessEnv = process.env): void {
  const folder = backendFolder(session.backend, env);
  if (folder === undefined || session.variables["PULUMI_SKIP_CHECKPOINTS"] !== "true") return;
  const file = stateFile(folder, session.name);
  if (existsSync(file)) copyFileSync(file, `${file}.bak`);
}

/** Opens a session for a command that changes the stack or looks at it. */
export async function openSession(args: SessionArgs): Promise<Session> {
  const session = await prepare(args);
  if (session.backend.kind === "local") mkdirSync(session.backend.folder, { recursive: true, mode: 0o700 });
  const folder = backendFolder(session.backend, process.env);
  if (folder === undefined || !existsSync(stateFile(folder, session.name))) await initStack(session, folder);
  return session;
}

/**
 * Clears what a killed run left: its half-done operations, and in a file backend its lock too. A lock that is elsewhere may be of another
 * machine's run, so only the user may say that it is over.
 */
export async function recover(session: Session, say: (line: string) => void): Promise<void> {
  const folder = backendFolder(session.backend, process.env);
  if (folder === undefined) {
    const { pending_operations: pending = [] } = await exportState(session);
    if (pending.length > 0) await clearPending(session, say);
    return;
  }
  const cleared = await clearDeadLocks(lockFolder(folder, project, session.name), session.name);
  if (cleared > 0) say("Cleared the lock of an earlier run that was killed");
  // A crash of the machine may leave half of what was written in the last seconds before it.
  let state = readState(session.backend, session.name);
  if (state === undefined && mendState(stateFile(folder, session.name), historyFolder(folder, session.name))) {
    say("The state file was damaged: put back from Pulumi's own copy of the step before");
    state = readState(session.backend, session.name);
  }
  if ((state?.pending_operations?.length ?? 0) === 0) return;
  await clearPending(session, say);
}

async function clearPending(session: Session, say: (line: string) => void): Promise<void> {
  const env = { ...process.env, ...session.variables };
  const stack = ["--stack", session.name, "--cwd", session.folder, "--non-interactive"];
  const call = async (args: readonly string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await capture(session.pulumi, args, {
      env,
      ...(input !== undefined && { input }),
    });
    if (code !== 0)
      throw new UserError(
        `The state of ${session.name} could not be repaired after a killed run:\n${(stderr || stdout).trim()}\nLook at it with: npx pulumi stack export -s ${session.name}`,
      );
    return stdout;
  };
  const exported = JSON.parse(await call(["stack", "export", ...stack])) as { deployment: Deployment };
  const { deployment, adopted, dropped } = repair(exported.deployment);
  await call(["stack", "import", ...stack], JSON.stringify({ ...exported, deployment }));
  const total = adopted.length + dropped.length;
  say(
    `An earlier run was killed in the middle of ${total} ${total === 1 ? "operation" : "operations"}: state repaired`,
  );
  if (adopted.length === 0) return;
  const targets = adopted.flatMap((urn) => ["--target", urn]);
  const refresh = await capture(session.pulumi, ["refresh", "--yes", "--skip-preview", ...stack, ...targets], { env });
  if (refresh.code === 0) return;
  // Without a cluster to ask, what may exist in it can't matter: the next `up` decides from the cluster's own state.
  await call(
    ["stack", "import", ...stack],
    JSON.stringify({ ...exported, deployment: { ...exported.deployment, pending_operations: [] } }),
  );
}
