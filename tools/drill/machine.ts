// What the drill does to the world, in one place: tests give it another one.

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
  /** Shown while it runs: the long ones. */
  readonly shown?: boolean;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine {
  run(command: Command): Promise<Answer>;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  readStackFile(): string;
  writeStackFile(text: string): void;
  /** Keeps it where nobody else reads it; returns its path. */
  keepKubeconfig(text: string): string;
}

/** As one would type it. Inputs are told by their size: some hold a password's name, none is a password. */
export const describeCommand = ({ program, args, input }: Command): string =>
  [program, ...args].map((part) => (/^[\w@%+=:,./{}[\]-]+$/.test(part) ? part : `'${part}'`)).join(" ") +
  (input === undefined ? "" : " < (from the drill)");

/** A command of the drill failed: what was run, and the end of what it said. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";

  constructor(command: Command, { code, stdout, stderr }: Answer) {
    const said = (stderr.trim() || stdout.trim()).split("\n").slice(-8).join("\n");
    super(`${describeCommand(command)} ended with ${code}${said === "" ? "" : `:\n${said}`}`);
  }
}
