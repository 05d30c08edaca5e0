// A secret with a random word: written before an operation, read after it.
import { randomBytes } from "node:crypto";
import type { OpenBaoNames } from "../../lib/openbao.ts";
import { type Answer, asAdmin, type Connection, describeAnswer, type Session } from "./bao.ts";
import { OperationFailed } from "./failure.ts";
import type { World } from "./world.ts";

const name = "strata-canary";

export const newWord = (): string => randomBytes(8).toString("hex");

const must = (what: string, answer: Answer): Answer => {
  if (answer.status < 300) return answer;
  throw new OperationFailed({
    what: `The canary could not be ${what}`,
    message: `OpenBao answered ${describeAnswer(answer)}`,
    next: "The admin needs the engine kv, version 2, and a policy that lets it write there: look at strata:openbao, and at the cluster's log",
  });
};

const write = async (open: Connection, { token }: Session, names: OpenBaoNames, word: string): Promise<void> => {
  must("written", await open.call("POST", `${names.secrets}/data/${name}`, { token, body: { data: { word } } }));
};

/** Undefined where there is none. */
const read = async (open: Connection, { token }: Session, names: OpenBaoNames): Promise<string | undefined> => {
  const answer = await open.call("GET", `${names.secrets}/data/${name}`, { token });
  if (answer.status === 404) return undefined;
  const { data } = must("read", answer).body as { readonly data?: { readonly data?: { readonly word?: string } } };
  return data?.data?.word;
};

export const writeCanary = (world: World, names: OpenBaoNames, word: string): Promise<void> =>
  asAdmin(world, names, (open, session) => write(open, session, names, word));

export const readCanary = (world: World, names: OpenBaoNames): Promise<string | undefined> =>
  asAdmin(world, names, (open, session) => read(open, session, names));

/** With all its versions. */
export const removeCanary = (world: World, names: OpenBaoNames): Promise<void> =>
  asAdmin(world, names, async (open, { token }) => {
    must("removed", await open.call("DELETE", `${names.secrets}/metadata/${name}`, { token }));
  });

export const canaryPath = (names: OpenBaoNames): string => `${names.secrets}/${name}`;
