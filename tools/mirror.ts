// `npm run mirror [stack] -- --out DIR`: everything that a stack fetches from elsewhere, into a folder for a machine without a network.
import { copyFile, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { type ChartKey, charts } from "../versions.ts";
import { ensureChart } from "./charts/ensure.ts";
import { configOf } from "./doctor/gather.ts";
import { readStackFile, stackFolder } from "./engine/stack-file.ts";
import { openDocker, realMachine } from "./image/machine.ts";
import { parseMirrorArguments } from "./mirror/arguments.ts";
import { mirrorImage } from "./mirror/image.ts";
import { wantedOf } from "./mirror/wanted.ts";
import { recordStack } from "./render/program.ts";
import { bytes } from "./terminal/duration.ts";
import { repository } from "./toolchain/paths.ts";

const mirrorChart = async (key: ChartKey, dir: string | undefined, folder: string): Promise<string> => {
  const { path } = await ensureChart(key, dir === undefined ? {} : { dir });
  await mkdir(folder, { recursive: true });
  await copyFile(join(repository, path), join(folder, basename(path)));
  return basename(path);
};

export async function main(args: readonly string[]): Promise<number> {
  const { stack, out } = parseMirrorArguments(args);
  const text = readStackFile(stackFolder(), stack);
  const wanted = wantedOf(await recordStack({ stack, text }, ""));
  const config = configOf(stack, undefined);
  const [imageFolder, chartFolder] = [join(out, "images"), join(out, "charts")];
  const machine = realMachine((line) => console.log(`    ${line}`));
  const docker = openDocker(machine);
  const say = (mark: string, line: string): void => console.log(`  ${mark} ${line}`);
  const failures: string[] = [];
  // One that can't be had must not keep the others away: all that is missing is told at once.
  const attempt = async (name: string, step: () => Promise<string>): Promise<void> => {
    try {
      say(colors.green("✓"), `${name}  ${await step()}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say(colors.red("✗"), name);
      failures.push(error.message);
    }
  };
  for (const request of wanted.images)
    await attempt(request.reference, async () => {
      // The override of this machine, which the plan leaves out.
      const archive = config.images.archive;
      const asked = archive === undefined ? request : { ...request, archive };
      const { what, bytes: size } = await mirrorImage(machine, docker, asked, imageFolder);
      return `${bytes(size)}${what === "kept" ? ", there already" : ""}`;
    });
  for (const key of wanted.charts)
    await attempt(`chart ${charts[key].name} ${charts[key].version}`, () =>
      mirrorChart(key, config.charts.dir, chartFolder),
    );
  for (const failure of failures) console.error(`\n${failure}`);
  if (failures.length > 0) {
    console.error(
      `\n${failures.length} missing. What is there stays there: correct it and run the same command again.`,
    );
    return 1;
  }
  console.log(`\nOn the other machine, in Pulumi.${stack}.yaml:\n  strata:images:\n    archive: ${imageFolder}`);
  if (wanted.charts.length > 0) console.log(`  strata:charts:\n    dir: ${chartFolder}`);
  return 0;
}
