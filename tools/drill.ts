// `npm run drill [stack]`: what a drill would do; with --yes it does it: destroys the stack's cluster, builds it again and restores it.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { clusterName } from "../layers/cluster/spec.ts";
import { UserError } from "../lib/errors.ts";
import { configOf } from "./doctor/gather.ts";
import type { Machine } from "./drill/machine.ts";
import { markdownOf, planText } from "./drill/report.ts";
import { beginDrill, runDrill } from "./drill/run.ts";
import { loadState, type StateStore } from "./drill/state.ts";
import { stepsOf } from "./drill/steps.ts";
import { type Target, targetOf } from "./drill/target.ts";
import { readStackFile, stackFolder } from "./engine/stack-file.ts";
import { capture } from "./terminal/process.ts";
import { repository } from "./toolchain/paths.ts";

interface Arguments {
  readonly stack: string;
  readonly yes: boolean;
  readonly restart: boolean;
}

export const parseDrill = (args: readonly string[]): Arguments => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        yes: { type: "boolean", default: false },
        plan: { type: "boolean", default: false },
        restart: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`Only one stack at a time, not ${positionals.join(" and ")}`);
    if (values.yes && values.plan) throw new Error("--plan does nothing and --yes does all of it: choose one");
    return { stack: positionals[0] ?? "eks", yes: values.yes, restart: values.restart };
  } catch (error) {
    throw new UserError(
      `${error instanceof Error ? error.message : String(error)}\nUsage: npm run drill [-- STACK] [--plan | --yes [--restart]]`,
    );
  }
};

const fileStore = (file: string): StateStore => ({
  read: () => (existsSync(file) ? readFileSync(file, "utf8") : undefined),
  write: (text) => writeFileSync(file, text, { mode: 0o600 }),
  remove: () => rmSync(file, { force: true }),
});

const thisMachine = (stack: string, secret: string): Machine => {
  const stackFile = join(stackFolder(), `Pulumi.${stack}.yaml`);
  return {
    run: ({ program, args, input, shown }) =>
      capture(program, args, {
        cwd: repository,
        ...(input !== undefined && { input }),
        ...(shown && { onOutput: (chunk: string) => void process.stdout.write(chunk) }),
      }),
    now: () => Date.now(),
    sleep: (milliseconds) => sleep(milliseconds),
    readStackFile: () => readFileSync(stackFile, "utf8"),
    writeStackFile: (text) => writeFileSync(stackFile, text),
    keepKubeconfig: (text) => {
      const file = join(secret, "kubeconfig");
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    },
  };
};

const readTarget = (stack: string): Target => {
  readStackFile(stackFolder(), stack);
  const config = configOf(stack, undefined);
  return targetOf(stack, clusterName(stack, config.cluster), config);
};

export async function main(args: readonly string[]): Promise<number> {
  const { stack, yes, restart } = parseDrill(args);
  const folder = join(repository, ".strata", "drill", stack);
  const store = fileStore(join(folder, "state.json"));
  if (restart) store.remove();
  const begun = loadState(store, join(folder, "state.json"));
  const target = begun ? (begun.target as unknown as Target) : readTarget(stack);
  if (!yes) {
    console.log(planText(target, stepsOf(target, begun?.id ?? "drill-<time>")));
    if (begun) console.log(`It would go on after: ${Object.keys(begun.done).at(-1) ?? "nothing"} (${begun.id})`);
    return 0;
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = mkdtempSync(join(tmpdir(), "strata-drill-"));
  try {
    const machine = thisMachine(stack, secret);
    const state = begun ?? beginDrill(target, machine);
    const record = await runDrill({ state, machine, store, say: (line) => console.log(line) });
    writeFileSync(join(folder, `${record.id}.json`), `${JSON.stringify(record, null, 2)}\n`);
    writeFileSync(join(folder, `${record.id}.md`), markdownOf(record));
    console.log(`\n${markdownOf(record)}\nReport: ${join(folder, record.id)}.md and .json`);
    return record.outcome === "succeeded" ? 0 : 1;
  } finally {
    rmSync(secret, { recursive: true, force: true });
  }
}
