// What a self-built Pulumi CLI needs beside itself: the Node language host, started with this project's options.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tools } from "../../versions.ts";
import type { GoBuild } from "./go-build.ts";
import { install, writeAtomically } from "./install.ts";
import { managedPath } from "./locate.ts";

const hostProgram = (): string => managedPath(`pulumi-language-nodejs-${tools.nodeLanguageHost}`);

export const languageHostBuild = (): GoBuild => ({
  source: { group: "nodehost", package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs" },
  target: hostProgram(),
});

/**
 * The language host that can be built from Go modules takes its options from its command line only, while the engine sends
 * those of Pulumi.yaml with each request. So the launcher reads them there.
 */
export const languageHostLauncher = (program: string): string => `#!/bin/sh
# Made by strata (tools/toolchain/pulumi.ts): hands runtime.options of Pulumi.yaml to a language host that reads only its arguments.
folder=$PWD
while [ ! -f "$folder/Pulumi.yaml" ] && [ "$folder" != / ]; do folder=$(dirname "$folder"); done
option() { sed -n "s/^ *$1: *//p" "$folder/Pulumi.yaml" 2>/dev/null | head -n 1 | tr -d "\\"'"; }
nodeargs=$(option nodeargs)
typescript=$(option typescript)
exec "$(dirname "$0")/${program}" "-typescript=\${typescript:-true}" \${nodeargs:+"-nodeargs=$nodeargs"} "$@"
`;

const launcherText = (): string => languageHostLauncher(`pulumi-language-nodejs-${tools.nodeLanguageHost}`);

/** Whether what a self-built CLI needs beside itself is there, and of today's form. */
export function isFinished(): boolean {
  const launcher = managedPath("pulumi-language-nodejs");
  return existsSync(hostProgram()) && existsSync(launcher) && readFileSync(launcher, "utf8") === launcherText();
}

export async function finishPulumi(): Promise<void> {
  const launcher = managedPath("pulumi-language-nodejs");
  const draft = join(launcher, "..", ".launcher");
  await writeAtomically(draft, launcherText());
  await install(draft, launcher);
}
