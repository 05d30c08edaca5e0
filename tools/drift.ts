// `npm run drift [stack]`: what is in the cluster against what the stack's state says. Exit code 0: the same, 1: an error, 2: drift.
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { describeTime } from "./cluster/expiry.ts";
import { look } from "./cluster/look.ts";
import { openLifecycle } from "./cluster/open.ts";
import { type OwnCluster, ownCluster } from "./cluster/own.ts";
import { type Command, openToolchain, parseCommand } from "./command.ts";
import { connect } from "./drift/connect.ts";
import { type Drift, findDrift } from "./drift/find.ts";
import { type ExportedResource, wantedOf } from "./drift/state.ts";
import { renderDrift, summarizeDrift } from "./drift/table.ts";
import { backendFolder } from "./engine/backend.ts";
import { clearDeadLocks, lockFolder } from "./engine/locks.ts";
import { exportState, openSession, project } from "./engine/session.ts";
import { duration } from "./terminal/duration.ts";
import { openScreen, type Screen } from "./terminal/live.ts";

const driftCode = 2;

/** A local cluster that is gone is drift as a whole; one that does not answer can't be compared. */
const clusterDrift = async (own: OwnCluster): Promise<Drift | undefined> => {
  if (!own.local) return undefined;
  const { name, store } = own;
  const gone = (live: string): Drift => ({ kind: "Cluster", namespace: "", name, path: "", wanted: "present", live });
  const memory = store.read();
  if (memory === undefined) return gone("deleted");
  if (memory.phase === "expired")
    return gone(`removed ${describeTime(memory.expires ?? 0, Date.now())}: its time to live was over`);
  const lifecycle = openLifecycle(memory.kind, name, () => undefined);
  const sight = await look(store, lifecycle.driver, lifecycle.connect);
  if (sight.problem) throw sight.problem;
  if (sight.state === "absent") return gone("deleted");
  if (sight.state === "stopped")
    throw new UserError(`${name} is stopped, so nothing can be compared. Start it: npm run start:cluster`);
  if (sight.state === "unfinished")
    throw new UserError(`${name} is being created, or its creation was interrupted. Finish it: npm start`);
  return undefined;
};

const compare = async (command: Command, screen: Screen): Promise<number> => {
  const session = await openSession({ ...command, toolchain: openToolchain(screen), say: screen.print });
  // The state of a run that is under way is half of the truth.
  const folder = backendFolder(session.backend, process.env);
  if (folder !== undefined) await clearDeadLocks(lockFolder(folder, project, session.name), session.name);
  // With its secrets in clear: they have to be compared, and stay in this process.
  const wanted = wantedOf(((await exportState(session, true)).resources ?? []) as readonly ExportedResource[]);
  if (wanted.objects.length === 0)
    throw new UserError(`${session.name} is not up: its state has no objects to compare. Bring it up: npm start`);
  const started = performance.now();
  const gone = await clusterDrift(ownCluster(command));
  const drifts = gone ? [gone] : await findDrift(wanted, await connect(wanted.provider ?? {}));
  const elapsed = duration(performance.now() - started);
  const { stack, rehearse } = command;
  if (drifts.length === 0) {
    screen.print(`${colors.green("✓")} ${session.name}: no drift in ${wanted.objects.length} objects, ${elapsed}`);
    return 0;
  }
  screen.print(renderDrift(drifts, screen.columns));
  screen.print(
    `${colors.red("✗")} ${session.name} has drifted: ${summarizeDrift(drifts)}; ${wanted.objects.length} objects compared, ${elapsed}`,
  );
  const start = rehearse ? "npm run rehearse" : "npm start";
  screen.print(
    gone
      ? `Build it anew: ${start}`
      : // Without force the API server refuses to take a field from whoever changed it by hand.
        `Set it right: PULUMI_K8S_ENABLE_PATCH_FORCE=true ${start} -- ${stack} -- --refresh\nOr keep it: write it into Pulumi.${stack}.yaml, then ${start} -- ${stack} -- --refresh`,
  );
  return driftCode;
};

export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const screen = await openScreen();
  try {
    return await compare(command, screen);
  } finally {
    screen.close();
  }
}
