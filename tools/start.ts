// `npm start [stack]`: sets up what is missing and brings the stack up; says where everything is.
import colors from "picocolors";
import { describeTime } from "./cluster/expiry.ts";
import { openStore } from "./cluster/memory.ts";
import { type Command, type Opened, openCommand, parseCommand } from "./command.ts";
import { conclude, type Outcome, runAction } from "./engine/commands.ts";
import { judgePlan, tellViolations } from "./engine/policy.ts";
import { describeLayers, describeUrls } from "./engine/report.ts";
import { paths } from "./toolchain/paths.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** When the cluster goes by itself. */
export const expiryLine = (expires: number | undefined, now: number): readonly string[] =>
  expires === undefined
    ? []
    : [`  it goes by itself   ${describeTime(expires, now)} (cluster.ttl); each npm start counts anew`];

/** What a user needs after an up: times, addresses, and how to get at what is secret. */
export function closingLines(outcome: Outcome, name: string): readonly string[] {
  const { progress } = outcome;
  const outputs = progress.outputs;
  const cluster = outputs?.["cluster"];
  const simulated = isRecord(cluster) && cluster["simulated"] === true;
  const layers = describeLayers(progress);
  const urls = describeUrls(outputs);
  const clusterName = isRecord(cluster) && typeof cluster["name"] === "string" ? cluster["name"] : "";
  // The stack's own name goes without saying only for the default one.
  const argument = name === "dev-fast" ? "" : ` ${name}`;
  return [
    ...(layers.length > 0 ? ["", "Layers", ...layers] : []),
    ...(urls.length > 0 ? ["", simulated ? "URLs (simulated: nothing answers there)" : "URLs", ...urls] : []),
    "",
    "Next",
    `  credentials         npm run -s output${argument} credentials`,
    `  kubectl and pulumi  eval "$(npm run -s env${argument})"`,
    `  what took how long  npm run report${argument}`,
    `  take it down        npm run destroy${argument}`,
    ...expiryLine(openStore(paths().cluster(clusterName)).read()?.expires, Date.now()),
  ];
}

/** Whether images came into a kind cluster in this run. Asked of the outcome alone: reading the stack file costs a warm run time. */
const wantsBake = ({ progress }: Outcome): boolean => {
  const cluster = progress.outputs?.["cluster"];
  return (
    isRecord(cluster) &&
    cluster["kind"] === "kind" &&
    progress.components.some(({ layer, changed }) => layer === "cluster" && changed > 0)
  );
};

export async function up(command: Command): Promise<number> {
  const opened: Opened = await openCommand(command, "change");
  const { session, screen } = opened;
  const judgement = await judgePlan(session, screen);
  if (judgement === "refused") {
    screen.close();
    return 1;
  }
  screen.print(`${colors.bold(session.name)}: pulumi up`);
  const outcome = await runAction("up", session, screen, { extra: [...judgement.flags, ...command.extra] });
  tellViolations(outcome.progress.violations, screen, "What breaks a rule was not made.");
  const code = conclude("up", outcome, session, screen);
  for (const warning of code === 0 ? outcome.progress.warnings : []) screen.print(colors.yellow(`  ! ${warning}`));
  if (code === 0) for (const line of closingLines(outcome, session.name)) screen.print(line);
  screen.close();
  if (code === 0 && command.variant === undefined && wantsBake(outcome)) {
    const [{ configOf }, { bakeInBackground }] = await Promise.all([import("./doctor/gather.ts"), import("./bake.ts")]);
    const { cluster, images } = configOf(command.stack, undefined);
    if (cluster.kind === "kind" && images.bake) bakeInBackground(command.stack, session.folder);
  }
  return code;
}

export const main = (args: readonly string[]): Promise<number> => up(parseCommand(args));
