// `npm run setup [tool...]`: installs what a stack needs, or the named tools, and does nothing else.
import { openScreen, Steps } from "./terminal/live.ts";
import { ensure } from "./toolchain/ensure.ts";
import { locate } from "./toolchain/locate.ts";
import { Reach } from "./toolchain/reach.ts";

export const rehearsalTools = [
  "pulumi",
  "kwokctl",
  "kwok",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "etcd",
  "kubectl",
] as const;

export async function main(args: readonly string[]): Promise<number> {
  const names = args.length > 0 ? args : rehearsalTools;
  const screen = await openScreen();
  const toolchain = { steps: new Steps(screen), reach: new Reach({ offline: process.env["STRATA_OFFLINE"] === "1" }) };
  await ensure(names, toolchain);
  screen.close();
  for (const name of names) screen.print(`  ${name.padEnd(24)}${await locate(name)}`);
  return 0;
}
