// A machine for the image tools that records what is run and answers from a script.
import type { Call, Docker, Machine, Streamed, StreamSource } from "../../tools/image/machine.ts";
import { openDocker } from "../../tools/image/machine.ts";
import type { Captured } from "../../tools/terminal/process.ts";

/** What a program answers: nothing said means success without output. */
export type Answer = Partial<Captured>;

export interface RecordingMachine extends Machine {
  /** Command lines, in the order in which they were run. */
  readonly ran: string[];
  readonly said: string[];
  readonly streams: { readonly source: StreamSource; readonly targets: readonly Call[] }[];
  readonly docker: Docker;
}

/** @param answer by the command line; for a stream by the command line of its first target. */
export const recordingMachine = (answer: (line: string) => Answer | undefined): RecordingMachine => {
  const ran: string[] = [];
  const said: string[] = [];
  const streams: { source: StreamSource; targets: readonly Call[] }[] = [];
  let clock = 0;
  const lineOf = (program: string, args: readonly string[]): string => [program, ...args].join(" ");
  const answered = (line: string): Captured => ({ code: 0, stdout: "", stderr: "", ...answer(line) });
  const machine: Machine = {
    run: async (program, args) => {
      const line = lineOf(program, args);
      ran.push(line);
      return answered(line);
    },
    stream: async (source, targets): Promise<Streamed> => {
      streams.push({ source, targets });
      return {
        bytes: 1,
        ...("call" in source && { source: answered(lineOf(source.call.program, source.call.args)) }),
        targets: targets.map(({ program, args }) => answered(lineOf(program, args))),
      };
    },
    locate: async (program) => `/bin/${program}`,
    now: () => clock,
    sleep: async (milliseconds) => {
      clock += milliseconds;
    },
    say: (line) => said.push(line),
  };
  return { ...machine, ran, said, streams, docker: openDocker(machine) };
};
