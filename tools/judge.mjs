// Started by tools/engine/policy.ts with a stack's name and file: says what its plan breaks, as JSON.
import { load } from "./load.mjs";

const { judgeStack } = await load("tools/plan/judged.ts");
process.stdout.write(JSON.stringify(await judgeStack(process.argv[2], process.argv[3])));
// What the program waits for in a run would keep the process.
process.exit(0);
