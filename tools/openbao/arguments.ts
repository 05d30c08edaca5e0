// What may follow `npm run openbao --`. Pure.
import { parseArgs } from "node:util";
import { secondsOf } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";

export const operations = ["backup", "restore", "upgrade", "login"] as const;
export type Operation = (typeof operations)[number];

export interface Arguments {
  readonly operation: Operation;
  /** As it was written: openbao, openbao-rehearsal. */
  readonly stack: string;
  readonly rehearse: boolean;
  readonly yes: boolean;
  /** Snapshot to put back. */
  readonly key: string | undefined;
  /** Version to upgrade to. */
  readonly to: string | undefined;
  readonly timeoutSeconds: number;
  readonly printToken: boolean;
}

/** How long an operation may take, where --timeout does not say. */
const patience: Readonly<Record<Operation, number>> = { backup: 600, restore: 1800, upgrade: 1800, login: 60 };

/** Options beside --rehearse, and the operations that know them. */
const knownTo: Readonly<Record<string, readonly Operation[]>> = {
  yes: ["restore", "upgrade"],
  key: ["restore"],
  to: ["upgrade"],
  timeout: ["backup", "restore", "upgrade"],
  "print-token": ["login"],
};

export const help = `npm run openbao -- OPERATION [STACK] [OPTIONS]

  backup    takes a backup now, and finds its object in the bucket
  restore   drill: a backup, a change, the backup put back, and the change must be gone. Prints the plan; --yes does it
  upgrade   rehearses an upgrade: room for it, every phase, a canary, and the way back if it fails. Prints the plan; --yes does it
  login     logs in through the edge and through the Service, and checks what must be true of the cluster

  STACK         default: openbao
  --rehearse    on the rehearsal of the stack
  --yes         restore, upgrade: do it
  --key KEY     restore: put this snapshot of the bucket back, and no drill
  --to VERSION  upgrade: to this version. Default: openbao.upgrade.to of the stack file
  --timeout 10m backup, restore, upgrade: how long it may take. Default: 10m, 30m, 30m
  --print-token login: print the admin's token, and nothing else, to standard output (the rest goes to standard error)`;

const usage = "All of it: npm run openbao";

const secondsFrom = (text: string): number => {
  const seconds = /^[1-9]\d*[smh]$/.test(text) ? secondsOf(text) : Number.NaN;
  if (!(seconds > 0)) throw new Error(`--timeout "${text}" is no duration. Expected one like 90s, 10m or 1h`);
  return seconds;
};

const parsed = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      rehearse: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      key: { type: "string" },
      to: { type: "string" },
      timeout: { type: "string" },
      "print-token": { type: "boolean", default: false },
    },
    allowPositionals: true,
  });

/** @throws UserError that says what is allowed. */
export const parseArguments = (args: readonly string[]): Arguments => {
  try {
    const { values, positionals } = parsed(args);
    const [word = "", stack = "openbao", ...rest] = positionals;
    const operation = operations.find((one) => one === word);
    if (!operation) throw new Error(`"${word}" is no operation. Expected one of: ${operations.join(", ")}`);
    if (rest.length > 0) throw new Error(`Only one stack at a time, not ${[stack, ...rest].join(" and ")}`);
    for (const [option, known] of Object.entries(knownTo)) {
      const given = values[option as keyof typeof values];
      if (given !== undefined && given !== false && !known.includes(operation))
        throw new Error(`${operation} knows no --${option}: that is of ${known.join(", ")}`);
    }
    if (values.key === "") throw new Error("--key is empty. Expected the key of a snapshot in the bucket");
    if (values.to !== undefined && !/^\d+\.\d+\.\d+$/.test(values.to))
      throw new Error(`--to "${values.to}" is no version. Expected one like 2.6.3`);
    return {
      operation,
      stack,
      rehearse: values.rehearse,
      yes: values.yes,
      key: values.key,
      to: values.to,
      timeoutSeconds: values.timeout === undefined ? patience[operation] : secondsFrom(values.timeout),
      printToken: values["print-token"],
    };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
};
