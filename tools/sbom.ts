// `npm run sbom [FILE]`: a bill of materials in CycloneDX: npm's own of the packages, with the Go modules of the tools added to it.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../lib/errors.ts";
import { type Bom, withModules } from "./supply/bom.ts";
import { goGroups } from "./supply/read.ts";
import { count } from "./terminal/duration.ts";
import { capture } from "./terminal/process.ts";
import { repository } from "./toolchain/paths.ts";

const usage = "Usage: npm run sbom [FILE]. Default: .strata/sbom.cdx.json";

export async function main(args: readonly string[]): Promise<number> {
  const [name = join(repository, ".strata", "sbom.cdx.json"), more] = args;
  if (more !== undefined || name.startsWith("-")) throw new UserError(usage);
  const { code, stdout, stderr } = await capture("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
    cwd: repository,
  });
  if (code !== 0)
    throw new UserError(`npm sbom failed, which npm has from version 9.8 on:\n${(stderr || stdout).trim()}`);
  const bom = withModules(JSON.parse(stdout) as Bom, goGroups());
  const file = resolve(process.env["INIT_CWD"] ?? process.cwd(), name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(bom, undefined, 1)}\n`);
  const modules = bom.components.filter(({ purl }) => purl.startsWith("pkg:golang/")).length;
  process.stdout.write(
    `${file}: ${count(bom.components.length - modules, "npm package")}, ${count(modules, "Go module")}\n`,
  );
  return 0;
}
