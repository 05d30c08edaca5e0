// Errors of the machine that are the user's to correct: a full disk, a folder that may not be written to. Pure.

const reasons: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOSPC: ["the disk is full", "Free some space"],
  EDQUOT: ["the disk quota is used up", "Free some space"],
  EROFS: [
    "it is on a file system that is mounted read-only",
    "Mount it writable, or name another folder by XDG_STATE_HOME",
  ],
  EACCES: ["this user may not", "Correct its owner and mode, or name another folder by XDG_STATE_HOME"],
  EPERM: ["this user may not", "Correct its owner and mode, or name another folder by XDG_STATE_HOME"],
};

/** One message for such an error; undefined for every other. */
export function explainSystemError(error: unknown): string | undefined {
  const { code = "", path, syscall } = error as Partial<NodeJS.ErrnoException>;
  const [problem, remedy] = reasons[code] ?? [];
  // A program or a port that is not allowed is something else.
  if (
    problem === undefined ||
    !/^(open|write|mkdir|mkdtemp|rename|unlink|symlink|copyfile|rm|close|fsync)/.test(syscall ?? "")
  )
    return undefined;
  return `${path === undefined ? "A file" : path} can't be written: ${problem}.\n${remedy}, then run the same command again.`;
}
