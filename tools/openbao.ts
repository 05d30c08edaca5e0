// `npm run openbao -- backup|restore|upgrade|login [stack]`: what is done to a running OpenBao, and never declared.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { nodePorts } from "../names.ts";
import { requireKubeconfig } from "./cluster/own.ts";
import { onWhatStands, parseCommand } from "./command.ts";
import { configOf } from "./doctor/gather.ts";
import { edited } from "./drill/stack-file.ts";
import { stackFolder } from "./engine/stack-file.ts";
import { type Arguments, help, parseArguments } from "./openbao/arguments.ts";
import { takeBackup } from "./openbao/backup.ts";
import { clusterWorld } from "./openbao/cluster-world.ts";
import { Interrupted } from "./openbao/failure.ts";
import { verifyLogins } from "./openbao/login.ts";
import { readSecret } from "./openbao/look.ts";
import { pathsOf } from "./openbao/objects.ts";
import { restore, restorePlan } from "./openbao/restore.ts";
import { checkObject } from "./openbao/store.ts";
import { type Target, targetOf } from "./openbao/target.ts";
import { upgrade, upgradePlan } from "./openbao/upgrade/run.ts";
import type { World } from "./openbao/world.ts";

interface Context {
  readonly args: Arguments;
  readonly stack: string;
  readonly rehearse: boolean;
  readonly target: Target;
  readonly world: World;
}

const doIt = ({ args }: Context): string =>
  `\nNothing was done. To do it: npm run openbao -- ${[args.operation, args.stack, ...(args.rehearse ? ["--rehearse"] : []), ...(args.key === undefined ? [] : ["--key", args.key]), ...(args.to === undefined ? [] : ["--to", args.to])].join(" ")} --yes`;

const backup = async ({ args, target: { names, store }, world }: Context): Promise<number> => {
  const taken = await takeBackup(world, { names, timeoutSeconds: args.timeoutSeconds });
  await checkObject(world, { names, kind: store, backup: taken });
  return 0;
};

const runRestore = async (context: Context): Promise<number> => {
  const { args, target, world } = context;
  const { names, store: kind } = target;
  const request = { names, kind, key: args.key, timeoutSeconds: args.timeoutSeconds };
  if (!args.yes) {
    world.say(`${restorePlan(request)}\n${doIt(context)}`);
    return 0;
  }
  await restore(world, request);
  return 0;
};

/** Makes the stack file agree with what runs. A rehearsal is thrown away, and shares the file with the real one. */
const declareVersion = (stack: string, rehearse: boolean, version: string): string => {
  if (rehearse)
    return `a rehearsal writes nothing into Pulumi.${stack}.yaml: its next up would ask for the old version again, so destroy it first`;
  const file = join(stackFolder(), `Pulumi.${stack}.yaml`);
  writeFileSync(file, edited(readFileSync(file, "utf8"), [{ path: ["openbao", "version"], value: version }]));
  return `wrote openbao.version: ${version} into Pulumi.${stack}.yaml, so that the next up agrees: review and commit it`;
};

const runUpgrade = async (context: Context): Promise<number> => {
  const { args, stack, rehearse, target, world } = context;
  const to = args.to ?? target.to;
  if (to === undefined)
    throw new UserError(
      `No version to upgrade to: give one with --to, or set openbao.upgrade.to in Pulumi.${stack}.yaml`,
    );
  if (!args.yes) {
    world.say(`${await upgradePlan(world, { names: target.names, to })}\n${doIt(context)}`);
    return 0;
  }
  await upgrade(world, {
    names: target.names,
    to,
    timeoutSeconds: args.timeoutSeconds,
    declare: (version) => declareVersion(stack, rehearse, version),
  });
  return 0;
};

const marks = { pass: colors.green("PASS"), fail: colors.red("FAIL"), skip: colors.yellow("SKIP") };

const login = async ({ args, target, world }: Context): Promise<number> => {
  const demoSecret = pathsOf(target.names).secret(target.names.demoSecret);
  const { findings, token } = await verifyLogins(
    world,
    {
      names: target.names,
      edge: { port: nodePorts.traefikWebsecure, network: target.network },
      demo: target.demoLogin
        ? { on: true, password: async () => (await readSecret(world, demoSecret))?.["password"] }
        : { on: false },
    },
    args.printToken ? "keep" : "revoke",
  );
  for (const { status, check, detail } of findings) world.say(`${marks[status]}  ${check}: ${detail}`);
  const count = (wanted: string): number => findings.filter(({ status }) => status === wanted).length;
  world.say(`${count("pass")} passed, ${count("fail")} failed, ${count("skip")} skipped`);
  if (token !== undefined) process.stdout.write(`${token}\n`);
  return count("fail") > 0 ? 1 : 0;
};

const runs = { backup, restore: runRestore, upgrade: runUpgrade, login } as const;

/** Code of a command that Ctrl-C ended. */
const interruptedCode = 130;

export async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    console.log(help);
    return 0;
  }
  const parsed = parseArguments(args);
  const command = onWhatStands(parseCommand([parsed.stack], parsed.rehearse));
  const { stack, rehearse } = command;
  const config = configOf(stack, rehearse ? "kwok" : undefined);
  const target = targetOf(stack, config);
  const kubeconfig = requireKubeconfig(command);
  const interruption = new AbortController();
  const onSignal = (): void => {
    // A second Ctrl-C means now.
    if (interruption.signal.aborted) process.exit(interruptedCode);
    interruption.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const screen = parsed.printToken ? process.stderr : process.stdout;
  const world = clusterWorld({
    kubeconfig,
    interrupted: interruption.signal,
    say: (line) => void screen.write(`${line}\n`),
  });
  try {
    return await runs[parsed.operation]({ args: parsed, stack, rehearse, target, world });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return interruptedCode;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    world.close();
  }
}
