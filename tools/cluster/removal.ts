// The end of a local cluster: one removal at a time, taken up by the next where it was interrupted, and nothing left of it.
import type { Lifecycle } from "./lifecycle.ts";
import { ours } from "./look.ts";
import type { Memory, Store } from "./memory.ts";
import { waitForCreator, waitForRemover } from "./turns.ts";
import { watchMark } from "./watch.ts";

const endWatcher = ({ host, store }: Lifecycle): void => {
  const watcher = store.watcher();
  if (watcher !== undefined && host.isRunning(watcher, watchMark(store.folder))) host.kill(watcher);
};

/**
 * Removes the cluster and everything remembered of it. Fine where there is none. A cluster that somebody else made stays.
 *
 * @param note what is remembered in its place; nothing where it is left out.
 */
export const remove = async (lifecycle: Lifecycle, timeoutSeconds: number, note?: Memory): Promise<void> => {
  const { store, driver, host } = lifecycle;
  await waitForCreator(lifecycle, timeoutSeconds);
  const waited = await waitForRemover(lifecycle, timeoutSeconds);
  const memory = store.read();
  const isGone = memory?.phase === "expired" || (waited && memory === undefined);
  if (!isGone) {
    // Throws where the engine does not answer, before anything is touched.
    const parts = await driver.parts();
    const foreign = memory?.phase === "ready" && parts.length > 0 && ours(memory, parts).length === 0;
    if (foreign) host.say(`${parts.map((part) => part.name).join(", ")} was not made by strata and stays`);
    else if (memory === undefined) {
      if (parts.length > 0) await driver.remove();
    } else {
      // An interrupted removal must not pass for a cluster, and a second one waits for the first.
      store.write({ ...memory, phase: "removing", remover: process.pid });
      try {
        await driver.remove(memory.volumes ?? []);
      } catch (error) {
        const { remover: _remover, ...rest } = memory;
        store.write({ ...rest, phase: "removing" });
        throw error;
      }
    }
  }
  endWatcher(lifecycle);
  store.forget();
  if (note) store.write(note);
};

type Open = (kind: Memory["kind"]) => Lifecycle;

/** Removes a remembered cluster of another kind: where the stack file's kind changed, it would go on running unknown. */
export const removeOtherKind = async (
  kind: Memory["kind"],
  store: Store,
  open: Open,
  timeoutSeconds: number,
): Promise<void> => {
  const other = store.read()?.kind;
  if (other !== undefined && other !== kind) await remove(open(other), timeoutSeconds);
};
