// Says when the disk that holds the state is full: the engine tries each write again for half a minute, and says nothing of it.
import { statfs } from "node:fs/promises";

const everyMs = 3000;
/** What is left of a full disk: less than one state. */
const fullBytes = 1 << 20;

export const fullDisk = (folder: string): string =>
  `The disk that holds ${folder} is full. Free some space: the engine waits and tries again. Ctrl-C ends the run instead.`;

/** Tells once each time that the disk gets full; returns how to stop looking. */
export const watchDisk = (folder: string, tell: (text: string) => void, intervalMs = everyMs): (() => void) => {
  let full = false;
  const look = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: 1, bsize: fullBytes }));
    const now = bavail * bsize < fullBytes;
    if (now && !full) tell(fullDisk(folder));
    full = now;
  };
  const timer = setInterval(() => void look(), intervalMs).unref();
  return () => clearInterval(timer);
};
