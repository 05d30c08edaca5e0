// The engine's plugin for AWS: downloaded for stacks on EKS alone. It has no offline twin: an account is not simulated here.
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { awsPlugin } from "../../versions.ts";
import { type Captured, capture } from "../terminal/process.ts";
import { withLock } from "./lock.ts";
import { type Environment, paths } from "./paths.ts";
import type { PluginKind } from "./plugins.ts";

export interface AwsPluginArgs {
  /** Absolute path of the Pulumi CLI. */
  readonly pulumi: string;
  /** Kind of the other plugins. */
  readonly kind: PluginKind;
  /** Stack file, for messages. */
  readonly stack: string;
  readonly env?: Environment;
  /** Default: the real one. */
  readonly run?: typeof capture;
  readonly say: (line: string) => void;
}

const folderOf = (home: string): string => join(home, "plugins", `resource-aws-v${awsPlugin}`);

const isComplete = (home: string): boolean => existsSync(join(folderOf(home), "pulumi-resource-aws"));

const rehearse = (stack: string): string =>
  `To build the stack's Kubernetes side on this machine instead, without an account: npm run rehearse ${stack}`;

/** Downloads it, or takes it over from the user's own Pulumi. Throws a UserError where neither can be. */
export async function ensureAwsPlugin({
  pulumi,
  kind,
  stack,
  env = process.env,
  run = capture,
  say,
}: AwsPluginArgs): Promise<void> {
  if (kind === "offline")
    throw new UserError(
      `Pulumi.${stack}.yaml is a stack on AWS, and the Pulumi plugins of this machine are strata's offline ones, which serve local clusters only. ` +
        `With a network, get the official ones: STRATA_PLUGINS=official npm start ${stack}. ${rehearse(stack)}`,
    );
  const { pulumiHome: home, locks } = paths(env);
  if (isComplete(home)) return;
  await withLock(join(locks, "aws-plugin.lock"), async () => {
    if (isComplete(home)) return;
    const user = env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
    if (user !== home && isComplete(user)) {
      mkdirSync(join(home, "plugins"), { recursive: true });
      cpSync(folderOf(user), folderOf(home), { recursive: true });
      return;
    }
    say(`Downloading the Pulumi plugin aws ${awsPlugin}, about 200 MB`);
    const { code, stderr, stdout }: Captured = await run(
      pulumi,
      ["plugin", "install", "resource", "aws", `v${awsPlugin}`, "--non-interactive"],
      { env: { ...env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeoutMs: 20 * 60_000 },
    );
    if (code !== 0)
      throw new UserError(
        `The Pulumi plugin aws ${awsPlugin} can't be downloaded: ${(stderr || stdout).trim().split("\n").at(-1) ?? ""}. ` +
          `Check the network (api.github.com, get.pulumi.com), then run the same command again. ${rehearse(stack)}`,
      );
  });
}
