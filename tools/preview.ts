// `npm run preview [stack]`: what an up would change; needs no cluster and no container engine.
import colors from "picocolors";
import { openCommand, parseCommand } from "./command.ts";
import { conclude, runAction } from "./engine/commands.ts";
import { tellViolations } from "./engine/policy.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const { session, screen } = await openCommand(command, "look");
  screen.print(`${colors.bold(session.name)}: pulumi preview`);
  const outcome = await runAction("preview", session, screen, { extra: command.extra });
  const refused = tellViolations(outcome.progress.violations, screen);
  const code = refused ? 1 : conclude("preview", outcome, session, screen);
  for (const warning of code === 0 ? outcome.progress.warnings : []) screen.print(colors.yellow(`  ! ${warning}`));
  screen.close();
  return code;
}
