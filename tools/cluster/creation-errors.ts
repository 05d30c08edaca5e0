// From the output of kind or k3d and of the node to one message that a user can act on.
import type { ContainerKind } from "../../lib/cluster-kinds.ts";

/** Colours and the spinner's carriage returns. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
const decoration = /\u001b\[[0-9;?]*[A-Za-z]|\r/g;

/** The last lines that say something: errors first, if there are any. */
export const usefulLines = (output: string, count: number): string => {
  const lines = output
    .replace(decoration, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("✓") && !line.startsWith("•"));
  const errors = lines.filter((line) => /^[EF]\d{4} |error|failed|fatal|denied|refused|no space/i.test(line));
  const chosen = (errors.length > 0 ? errors : lines).slice(-count);
  return chosen.map((line) => (line.length > 300 ? `${line.slice(0, 297)}...` : line)).join("\n");
};

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /port is already allocated|address already in use|bind for .* failed/i,
    "A port was taken between the check and the start. Run this again: the check then names who has it.",
  ],
  [
    /address pools have been fully subnetted|non-overlapping ipv4 address pool/i,
    "The engine has no network range left. Remove unused ones: docker network prune",
  ],
  [
    /too many open files|inotify/i,
    "The machine's inotify limits are too low: sudo sysctl fs.inotify.max_user_instances=512",
  ],
  [/no space left on device/i, "The engine's disk is full. Free some: docker system df, docker system prune"],
  [
    /failed to lock config file|\.lock: file exists/i,
    "A killed kubectl or kind left a lock: remove ~/.kube/config.lock",
  ],
  [
    /could not find a log line that matches/i,
    "The node's init did not come up: the engine is too old, or it lacks cgroups.",
  ],
  [/out of memory|oom|cannot allocate memory/i, "The engine has too little memory: give it 4 GB or more."],
];

/** Who wrote the log of a node that is quoted. */
const logOf: Readonly<Record<ContainerKind, string>> = { kind: "the node's kubelet", k3d: "k3s" };

export interface Failure {
  readonly tool: ContainerKind;
  readonly name: string;
  /** Of the tool, or of the engine. */
  readonly output: string;
  /** Useful lines of the node's own log. */
  readonly log?: string;
  /** Seconds; undefined where it failed on its own. */
  readonly timedOutAfter?: number | undefined;
}

export const explainFailure = ({ tool, name, output, log = "", timedOutAfter }: Failure): string => {
  const hint = hints.find(([pattern]) => pattern.test(`${output}\n${log}`))?.[1];
  const indent = (text: string) => text.replaceAll(/^/gm, "    ");
  return [
    timedOutAfter === undefined
      ? `The ${tool} cluster ${name} could not be created or started.`
      : `The ${tool} cluster ${name} was not up within ${timedOutAfter} s (cluster.timeoutSeconds).`,
    ...(hint === undefined ? [] : [hint]),
    ...(output.trim() === "" ? [] : [`  ${tool} says:`, indent(usefulLines(output, 5))]),
    ...(log === "" ? [] : [`  ${logOf[tool]} says:`, indent(log)]),
  ].join("\n");
};
