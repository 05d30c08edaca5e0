// `npm run -s output [stack] NAME`: one output of a stack, secrets in clear, because it was asked for by name.
import { UserError } from "../lib/errors.ts";
import { type Command, onWhatStands, openToolchain, parseCommand } from "./command.ts";
import { remedyFor } from "./engine/report.ts";
import { openSession } from "./engine/session.ts";
import { openScreen } from "./terminal/live.ts";
import { capture } from "./terminal/process.ts";

/** `[STACK] NAME`. */
export const parseOutput = (args: readonly string[]): { readonly name: string; readonly command: Command } => {
  const name = args.at(-1);
  if (name === undefined || name.startsWith("-"))
    throw new UserError(
      "Usage: npm run -s output [STACK] NAME, with a name of: urls, credentials, kubeconfig, versions, cluster",
    );
  return { name, command: parseCommand(args.slice(0, -1)) };
};

export async function main(args: readonly string[]): Promise<number> {
  const { name, command: asked } = parseOutput(args);
  const command = onWhatStands(asked);
  const screen = await openScreen(process.stderr);
  const session = await openSession({
    ...command,
    toolchain: openToolchain(screen),
    say: screen.print,
  });
  screen.close();
  const flags = name === "kubeconfig" ? [] : ["--json"];
  const { code, stdout, stderr } = await capture(
    session.pulumi,
    ["stack", "output", name, ...flags, "--show-secrets", "--stack", session.name, "--cwd", session.folder],
    { env: { ...process.env, ...session.variables } },
  );
  if (code !== 0)
    throw new UserError(
      `${session.name} has no output "${name}": ${stderr.trim()}\n${remedyFor(stderr) ?? "Bring it up first: npm start"}`,
    );
  process.stdout.write(stdout);
  return 0;
}
