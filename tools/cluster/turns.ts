// Two commands at once: whoever creates or removes a cluster is left alone until it ends; one that died is not waited for.
import { UserError } from "../../lib/errors.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** In the command lines of kind, kwokctl and k3d at work. */
const toolMarks = ["create cluster", "cluster create"];

/** Another creation of this cluster that is still at work: left alone until it ends, then its result is looked at. */
export const waitForCreator = async ({ host, store }: Lifecycle, timeoutSeconds: number): Promise<void> => {
  const deadline = host.now() + timeoutSeconds * 1000;
  let told = false;
  for (;;) {
    const memory = store.read();
    const [creator, tool] = memory?.phase === "creating" ? memory.creators : [];
    if (creator === undefined || creator === process.pid) return;
    if (!host.isRunning(creator, "tools/cluster.")) {
      // Its parent is dead and nobody will use what it makes.
      if (tool !== undefined && toolMarks.some((mark) => host.isRunning(tool, mark))) host.kill(tool);
      return;
    }
    if (host.now() >= deadline)
      throw new UserError(
        `Process ${creator} has been creating ${memory?.name} for too long. End it, then run this again.`,
      );
    if (!told) host.say(`Waiting for process ${creator}, which is creating this cluster`);
    told = true;
    await host.sleep(500);
  }
};

/** In the command line of every process of ours: after a reboot an old number is somebody else's. */
const ownMark = "tools/";

/** Waits for another process that is taking the cluster down. Returns whether there was one. */
export const waitForRemover = async ({ host, store }: Lifecycle, timeoutSeconds: number): Promise<boolean> => {
  const deadline = host.now() + timeoutSeconds * 1000;
  for (let waited = false; ; waited = true) {
    const memory = store.read();
    const remover = memory?.phase === "removing" ? memory.remover : undefined;
    if (remover === undefined || remover === process.pid || !host.isRunning(remover, ownMark)) return waited;
    if (host.now() >= deadline)
      throw new UserError(
        `Process ${remover} has been removing ${memory?.name} for too long. End it, then run this again.`,
      );
    if (!waited) host.say(`Waiting for process ${remover}, which is removing this cluster`);
    await host.sleep(200);
  }
};
