// `npm run ci -- history NAME`: which earlier run of this workflow has the history, as an output of the step.
import { appendFileSync } from "node:fs";
import { UserError } from "../../lib/errors.ts";
import { newestArtifact } from "./github/artifact.ts";
import { openGitHub } from "./github/client.ts";

export async function run([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || rest.length > 0) throw new UserError("Usage: npm run ci -- history NAME");
  const found = await newestArtifact(openGitHub(process.env), name, "main");
  const output = process.env["GITHUB_OUTPUT"];
  // What is recorded from now on is of this job.
  if (output) appendFileSync(output, `now=${new Date().toISOString()}\n${found === undefined ? "" : `run=${found}\n`}`);
  console.log(
    found === undefined ? `No run before this one has ${name}: the history begins` : `${name} is of run ${found}`,
  );
  return 0;
}
