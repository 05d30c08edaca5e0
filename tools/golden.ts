// `npm run golden`: plans every stack anew and writes test/golden, the review surface of a change.
import { runVitest } from "./test.ts";

export const main = async (args: readonly string[]): Promise<number> =>
  (await runVitest(["test/plan/golden.test.ts", "--update", ...args])).code;
