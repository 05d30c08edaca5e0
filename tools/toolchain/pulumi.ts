// What a self-built Pulumi CLI needs beside itself: the Node language host, started with this project's options.
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
 * Pulumi.yaml's with each request. So these are the options of Pulumi.yaml once more; a test compares the two.
 */
export const languageHostOptions = ["-typescript=false", "-nodeargs=--import tsx"] as const;

export const languageHostLauncher = (program: string): string =>
  [
    "#!/bin/sh",
    `exec "$(dirname "$0")/${program}" ${languageHostOptions.map((o) => `"${o}"`).join(" ")} "$@"`,
    "",
  ].join("\n");

export async function finishPulumi(): Promise<void> {
  const launcher = managedPath("pulumi-language-nodejs");
  const draft = join(launcher, "..", ".launcher");
  await writeAtomically(draft, languageHostLauncher(`pulumi-language-nodejs-${tools.nodeLanguageHost}`));
  await install(draft, launcher);
}
