import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../../../package.json" with { type: "json" };
import { type AwsPluginArgs, ensureAwsPlugin } from "../../../../tools/toolchain/aws-plugin.ts";
import { paths } from "../../../../tools/toolchain/paths.ts";
import { awsPlugin } from "../../../../versions.ts";

/** A machine of its own: nothing in its caches. `ran` collects what was started there. */
const machine = (code = 0, stderr = "") => {
  const folder = mkdtempSync(join(tmpdir(), "strata-aws-plugin-"));
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), XDG_STATE_HOME: join(folder, "state") };
  const ran: string[] = [];
  const args: AwsPluginArgs = {
    pulumi: "/bin/pulumi",
    kind: "official",
    stack: "eks",
    env,
    run: async (file, parts, options) => {
      ran.push([file, ...parts, options?.env?.["PULUMI_HOME"] === paths(env).pulumiHome].join(" "));
      return { code, stdout: "", stderr };
    },
    say: () => undefined,
  };
  return { args, env, ran };
};

const place = (home: string): void => {
  const folder = join(home, "plugins", `resource-aws-v${awsPlugin}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pulumi-resource-aws"), "");
};

test("offline plugins: told what they are for, and the two ways on", async () => {
  const { args, ran } = machine();
  await expect(ensureAwsPlugin({ ...args, kind: "offline" })).rejects.toThrow(
    "Pulumi.eks.yaml is a stack on AWS, and the Pulumi plugins of this machine are strata's offline ones, which serve local clusters only. With a network, get the official ones: STRATA_PLUGINS=official npm start eks. To build the stack's Kubernetes side on this machine instead, without an account: npm run rehearse eks",
  );
  expect(ran).toEqual([]);
});

test("a download that fails: why, and what to do", async () => {
  const { args } = machine(1, "error: failed to download plugin\ndial tcp: no route to host\n");
  await expect(ensureAwsPlugin(args)).rejects.toThrow(
    `The Pulumi plugin aws ${awsPlugin} can't be downloaded: dial tcp: no route to host. Check the network`,
  );
});

test("it is downloaded into strata's own home, at the version of the npm package", async () => {
  const { args, ran } = machine();
  await ensureAwsPlugin(args);
  expect(ran).toEqual([`/bin/pulumi plugin install resource aws v${awsPlugin} --non-interactive true`]);
  expect(awsPlugin).toBe(packageJson.dependencies["@pulumi/aws"]);
});

test.each([
  ["strata has it", (env: { HOME: string }) => paths(env).pulumiHome],
  ["the user's own Pulumi has it", ({ HOME }: { HOME: string }) => join(HOME, ".pulumi")],
])("nothing is downloaded where %s", async (_, home) => {
  const { args, env, ran } = machine();
  place(home(env));
  await ensureAwsPlugin(args);
  expect(ran).toEqual([]);
  await ensureAwsPlugin(args);
});
