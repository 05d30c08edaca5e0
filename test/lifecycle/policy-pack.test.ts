// The rules in front of the real engine: what breaks one is refused before anything is made, or told, by preview, up and plain Pulumi.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { capture } from "../../tools/terminal/process.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { paths, repository } from "../../tools/toolchain/paths.ts";
import { Strata } from "../support/strata.ts";

const said =
  "apps/shop: A password, token or key must not stand in an environment variable in clear. Put it into a Secret, and refer to it with valueFrom.secretKeyRef. [strata-secrets]";
const reason = "until the shop reads files, in spring";

const stackFile = (policy: string): string => `config:
  pulumi:disable-default-providers: [kubernetes]
  strata:cluster: { kind: kwok }
  strata:policy: { kind: none${policy} }
  strata:apps:
    shop: { image: "ghcr.io/acme/shop:1.4.2", port: 8080, env: { ADMIN_PASSWORD: hunter2 } }
`;

const stacks = mkdtempSync(join(tmpdir(), "strata-policy-"));
const files = {
  leaky: "",
  warned: ", preview: advisory",
  excused: `, exceptions: [{ rule: strata-secrets, of: apps/shop, reason: "${reason}" }]`,
  stale: `, preview: advisory, exceptions: [{ rule: strata-node, of: apps/shop, reason: "${reason}" }]`,
  unjudged: ", preview: disabled",
};

const opened: Strata[] = [];
const strata = (stack: keyof typeof files): Strata => {
  const one = new Strata({ stacks, stack });
  opened.push(one);
  return one;
};

beforeAll(() => {
  for (const [name, policy] of Object.entries(files))
    writeFileSync(join(stacks, `Pulumi.${name}.yaml`), stackFile(policy));
});

afterAll(async () => {
  for (const one of opened) await one.close();
  rmSync(stacks, { recursive: true, force: true });
}, 120_000);

describe("a preview", () => {
  test("ends with 1 where a mandatory rule is broken", async () => {
    const { code, output } = await strata("leaky").run("preview");
    expect(output).toContain(`✗ The plan breaks a rule:\n  ✗ ${said}\n\nNothing is made.`);
    expect(code).toBe(1);
  });

  test("tells what breaks an advisory rule, and an exception that excuses nothing", async () => {
    const { code, output } = await strata("stale").run("preview");
    expect(output).toContain(`! ${said}`);
    expect(output).toContain(
      "! strata:policy.exceptions: nothing of apps/shop breaks strata-node. Remove the entry [strata-exceptions]",
    );
    expect(code).toBe(0);
  });

  test.each(["excused", "unjudged"] as const)("says nothing of a stack that is %s", async (stack) => {
    const { code, output } = await strata(stack).run("preview");
    expect(output).not.toContain("strata-secrets");
    expect(output).toContain("previewed in");
    expect(code).toBe(0);
  });
});

describe("an up", () => {
  test("makes nothing where a mandatory rule is broken", async () => {
    const leaky = strata("leaky");
    const { code, output } = await leaky.run("start");
    expect(output).toContain(`✗ The plan breaks a rule:\n  ✗ ${said}\n\nNothing is made.`);
    expect(code).toBe(1);
    expect([existsSync(leaky.clusterFolder), leaky.resources]).toEqual([false, []]);
  });

  test("goes on where it is advisory, and tells it each time", async () => {
    const warned = strata("warned");
    expect(await warned.up()).toContain(`! ${said}`);
    expect(warned.resources.length).toBeGreaterThan(20);
    expect(await warned.up()).toContain(`! ${said}`);
    expect(warned.changes).toEqual({ same: warned.changes["same"] });
  });
});

test("plain Pulumi judges with the pack of this repository", async () => {
  const leaky = strata("leaky");
  // Makes its stack and its copy of the stack file.
  await leaky.run("preview");
  const { code, stdout } = await capture(
    await locate("pulumi"),
    [
      ...["preview", "--policy-pack", "policy", "--stack", "leaky", "--non-interactive", "--color", "never"],
      ...["--config-file", join(leaky.state, "strata", "stacks", "leaky", "Pulumi.leaky.yaml")],
    ],
    {
      cwd: repository,
      env: {
        ...leaky.env,
        PULUMI_HOME: paths().pulumiHome,
        PULUMI_BACKEND_URL: `file://${join(leaky.state, "strata", "backend")}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(leaky.state, "strata", "passphrase"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
  expect(stdout).toContain("[mandatory]");
  expect(stdout).toContain(said);
  expect(code).not.toBe(0);
});
