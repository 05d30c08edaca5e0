// An AWS account in memory: moto, a simulator of AWS's APIs, in a process of its own, and botocore's models that check what it is sent.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Installed } from "./install.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Account {
  readonly id: string;
  readonly region: string;
  /** Rejects with AWS's own message, or with what the service's model forbids in the parameters. */
  call(service: string, operation: string, parameters: Fields): Promise<Fields>;
  /** The parameters against the service's model alone: for operations that the simulator does not have. */
  check(service: string, operation: string, parameters: Fields): Promise<void>;
  close(): Promise<void>;
}

export const openAccount = ({ python, packages, server }: Installed, id: string, region: string): Account => {
  const child = spawn(python, [server], {
    env: {
      PATH: process.env["PATH"] ?? "",
      PYTHONPATH: packages,
      MOTO_ACCOUNT_ID: id,
      // So that a policy of AWS's own that does not exist is refused.
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      AWS_ACCESS_KEY_ID: "simulated",
      AWS_SECRET_ACCESS_KEY: "simulated",
      AWS_DEFAULT_REGION: region,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let words = "";
  child.stderr.on("data", (text) => {
    words = `${words}${text}`.slice(-4000);
  });
  const waiting = new Map<number, { resolve: (result: Fields) => void; reject: (error: Error) => void }>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as { id: number; result?: Fields; error?: string };
    const request = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) request?.resolve(answer.result ?? {});
    else request?.reject(new Error(answer.error));
  });
  const closed = new Promise<void>((resolve) => {
    child.on("close", () => {
      for (const { reject } of waiting.values()) reject(new Error(`The simulator ended: ${words}`));
      resolve();
    });
  });
  let count = 0;
  const send = (service: string, operation: string, parameters: Fields, check: boolean): Promise<Fields> =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, {
        resolve,
        reject: (error) => reject(new Error(`${service} ${operation}: ${error.message}`)),
      });
      child.stdin.write(`${JSON.stringify({ id: count, service, operation, parameters, check, region })}\n`);
    });
  return {
    id,
    region,
    call: (service, operation, parameters) => send(service, operation, parameters, false),
    check: async (service, operation, parameters) => {
      await send(service, operation, parameters, true);
    },
    close: () => {
      child.stdin.end();
      return closed;
    },
  };
};
