// `npm run secrets:audit [stack]`: is a secret of the stack anywhere but where it belongs? Exit code 0: no, 1: yes, or it can't be said.
import { audit, isClean } from "./audit/run.ts";
import { renderAudit } from "./audit/table.ts";
import { onWhatStands, openToolchain, parseCommand } from "./command.ts";
import { openSession } from "./engine/session.ts";
import { openScreen } from "./terminal/live.ts";
import { paths } from "./toolchain/paths.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = onWhatStands(parseCommand(args));
  const screen = await openScreen();
  try {
    const session = await openSession({ ...command, toolchain: openToolchain(screen), say: screen.print });
    const found = await audit(session, command.stack, paths());
    screen.print(renderAudit(found));
    return isClean(found) ? 0 : 1;
  } finally {
    screen.close();
  }
}
