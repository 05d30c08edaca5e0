// `npm run preview [stack]`: what an up would change; needs no cluster and no container engine.
import colors from "picocolors";
import { openCommand, parseCommand } from "./command.ts";
import { conclude, runAction } from "./engine/commands.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const { session, screen } = await openCommand(command, "look");
  screen.print(`${colors.bold(session.name)}: pulumi preview`);
  const outcome = await runAction("preview", session, screen, { extra: command.extra });
  const code = conclude("preview", outcome, session, screen);
  screen.close();
  return code;
}
