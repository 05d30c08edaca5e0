// `npm run rehearse [stack]`: layers 2 to 4 of a stack on the embedded cluster, whatever engine this machine has.
import { parseCommand } from "./command.ts";
import { up } from "./start.ts";

export const main = (args: readonly string[]): Promise<number> => up(parseCommand(args, true));
