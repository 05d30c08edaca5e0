// `npm run destroy [stack]`: takes a stack down. A local cluster goes at once, beside the engine, and with it everything in it.
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import type { Lifecycle } from "./cluster/lifecycle.ts";
import { openLifecycle } from "./cluster/open.ts";
import { type OwnCluster, ownCluster } from "./cluster/own.ts";
import { remove } from "./cluster/removal.ts";
import { onWhatStands, openCommand, parseCommand } from "./command.ts";
import { conclude, runAction } from "./engine/commands.ts";
import { requireUnprotected } from "./engine/protected.ts";
import { exportState, withoutCheckpoints } from "./engine/session.ts";

const removalSeconds = 300;

/** Throws before anything is touched where the cluster can't be removed: half a destroy would help nobody. */
export const requireRemovable = async ({ store, driver }: Lifecycle): Promise<void> => {
  const memory = store.read();
  if (memory === undefined || memory.phase === "expired") return;
  try {
    await driver.parts();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message}\nNothing was changed: the cluster ${memory.name} with its data, and the state of its stack, are still there. Start the engine, then run the same command again.`,
    );
  }
};

/** What is remembered of the stack's cluster, whatever the stack file's kind is by now. */
const rememberedCluster = ({ local, name, store }: OwnCluster, say: (line: string) => void): Lifecycle | undefined => {
  const memory = local ? store.read() : undefined;
  return memory && openLifecycle(memory.kind, name, say);
};

export async function main(args: readonly string[]): Promise<number> {
  const command = onWhatStands(parseCommand(args));
  const { session, screen, rehearse } = await openCommand(command, "remove");
  const own = ownCluster({ ...command, rehearse });
  if (!own.local) requireUnprotected(session.name, await exportState(session), command.extra);
  const cluster = rememberedCluster(own, (line) => screen.print(`  ${line}`));
  if (cluster) await requireRemovable(cluster);
  screen.print(`${colors.bold(session.name)}: pulumi destroy`);
  // With flags of Pulumi's own, which may spare something, the cluster goes when the engine says so.
  const early = cluster && command.extra.length === 0 ? remove(cluster, removalSeconds) : Promise.resolve();
  // The engine's own removal takes over after it, and has the last word on what went wrong.
  const settled = early.catch(() => undefined);
  const outcome = await runAction("destroy", own.local ? withoutCheckpoints(session) : session, screen, {
    extra: command.extra,
  });
  await settled;
  const code = conclude("destroy", outcome, session, screen);
  screen.close();
  return code;
}
