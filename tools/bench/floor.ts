// What no Pulumi program can be faster than: an empty program with the same SDKs, and one that starts each of their plugins as well.
import { randomBytes } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { openScratch } from "../engine/scratch.ts";
import type { Session } from "../engine/session.ts";
import { capture } from "../terminal/process.ts";
import { paths } from "../toolchain/paths.ts";

const sdks = `require("@pulumi/pulumi");
const kubernetes = require("@pulumi/kubernetes");
const command = require("@pulumi/command");
const random = require("@pulumi/random");
`;

// The provider's cluster does not exist, and nobody asks it anything: the plugin is started and configured all the same.
const kubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:9" } }],
  contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
  users: [{ name: "none", user: {} }],
  "current-context": "none",
});

const programs = {
  empty: sdks,
  plugins: `${sdks}new command.local.Command("command", { create: "true" });
new random.RandomId("random", { byteLength: 4 });
new kubernetes.Provider("kubernetes", { kubeconfig: ${JSON.stringify(kubeconfig)} });
`,
};

export type FloorProgram = keyof typeof programs;

export interface Floor {
  /** Wall milliseconds of an `up` of it that changes nothing. */
  measure(program: FloorProgram): Promise<number>;
  remove(): void;
}

/** Both programs, created once: in a folder and with a state of their own, by the session's CLI and plugins. */
export async function openFloor(session: Session): Promise<Floor> {
  const scratch = openScratch(paths());
  const backend = join(scratch.folder, "backend");
  mkdirSync(backend);
  const env = {
    ...process.env,
    ...session.variables,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  };
  const pulumi = async (program: FloorProgram, ...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await capture(
      session.pulumi,
      [...args, "--stack", program, "--non-interactive", "--color", "never"],
      { cwd: join(scratch.folder, program), env },
    );
    if (code !== 0) throw new UserError(`The program to compare with (${program}) failed:\n${stdout}${stderr}`);
  };
  const up = (program: FloorProgram): Promise<void> => pulumi(program, "up", "--yes", "--skip-preview");
  try {
    for (const [program, source] of Object.entries(programs) as [FloorProgram, string][]) {
      const folder = join(scratch.folder, program);
      mkdirSync(folder);
      symlinkSync(join(session.root, "node_modules"), join(folder, "node_modules"));
      const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
      writeFileSync(join(folder, "Pulumi.yaml"), `name: strata-floor-${program}\n${runtime}`);
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: program, main: "index.js" }));
      writeFileSync(join(folder, "index.js"), source);
      await pulumi(program, "stack", "init");
      await up(program);
    }
  } catch (error) {
    scratch.remove();
    throw error;
  }
  return {
    measure: async (program) => {
      const started = performance.now();
      await up(program);
      return performance.now() - started;
    },
    remove: () => scratch.remove(),
  };
}
