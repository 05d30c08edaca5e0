// Puts the simulator's Python packages into a folder of the user's cache, once for each list of them.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "../../../../tools/terminal/process.ts";
import { paths } from "../../../../tools/toolchain/paths.ts";

const here = dirname(fileURLToPath(import.meta.url));
const requirements = join(here, "requirements.txt");

export interface Installed {
  readonly python: string;
  /** PYTHONPATH. */
  readonly packages: string;
  readonly server: string;
}

/** Undefined on a machine without Python 3 and pip, with the reason. */
export const installSimulator = async (): Promise<Installed | { readonly missing: string }> => {
  const version = await capture("python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], {
    timeoutMs: 20_000,
  });
  if (version.code !== 0) return { missing: "python3 is not on PATH" };
  const key = createHash("sha256").update(readFileSync(requirements)).update(version.stdout).digest("hex").slice(0, 12);
  const parent = join(paths().cache, "simulators");
  const packages = join(parent, `aws-${key}`);
  const installed = { python: "python3", packages, server: join(here, "server.py") };
  if (existsSync(packages)) return installed;
  mkdirSync(parent, { recursive: true });
  const draft = mkdtempSync(join(parent, "draft-"));
  const pip = await capture(
    "python3",
    [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-input",
      "--disable-pip-version-check",
      "--target",
      draft,
      "-r",
      requirements,
    ],
    { timeoutMs: 10 * 60_000 },
  );
  if (pip.code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: `pip could not install ${requirements}: ${pip.stderr.trim().split("\n").at(-1) ?? ""}` };
  }
  try {
    renameSync(draft, packages);
  } catch {
    // Somebody else was as fast.
    rmSync(draft, { recursive: true, force: true });
  }
  return installed;
};
