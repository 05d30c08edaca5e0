// `npm run destroy [stack]`: takes a stack down, its cluster with everything in it.
import colors from "picocolors";
import { onWhatStands, openCommand, parseCommand } from "./command.ts";
import { conclude, runAction } from "./engine/commands.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = onWhatStands(parseCommand(args));
  const { session, screen } = await openCommand(command, "remove");
  screen.print(`${colors.bold(session.name)}: pulumi destroy`);
  const outcome = await runAction("destroy", session, screen, command.extra);
  const code = conclude("destroy", outcome, session, screen);
  screen.close();
  return code;
}
