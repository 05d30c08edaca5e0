// A stack that its backend does not know yet, with the secrets provider that the stack file names.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { capture } from "../terminal/process.ts";
import { paths } from "../toolchain/paths.ts";
import { remedyFor } from "./report.ts";
import type { Session } from "./session.ts";
import { secretsProvider } from "./stack-file.ts";

/**
 * Creates the stack in its backend, and remembers that it did: asking takes a second.
 *
 * @param folder of a backend on this machine.
 */
export async function initStack(session: Session, folder: string | undefined): Promise<void> {
  const marker = join(session.folder, ".initialised");
  const key = session.backend.kind === "user" ? session.backend.url : folder;
  if (folder === undefined && existsSync(marker) && readFileSync(marker, "utf8") === key) return;
  const provider = secretsProvider(readFileSync(session.configFile, "utf8"));
  const { code, stdout, stderr } = await capture(
    session.pulumi,
    [
      ...["stack", "init", session.name, "--non-interactive", "--cwd", session.folder],
      // Without the flag Pulumi takes a passphrase, and takes the stack file's own line out.
      ...(provider === undefined ? [] : ["--secrets-provider", provider]),
    ],
    { env: { ...process.env, ...session.variables } },
  );
  if (code !== 0 && !/already exists/.test(stderr + stdout)) {
    const said = (stderr || stdout).trim();
    const remedy = remedyFor(said);
    throw new UserError(
      [
        `The stack ${session.name} could not be created in ${key}:\n${said}`,
        ...(remedy === undefined ? [] : [`→ ${remedy}`]),
        ...(session.backend.kind === "user"
          ? [
              `strata uses that backend because ${session.backend.because}. To use a local one: PULUMI_BACKEND_URL=file://${paths().backend}`,
            ]
          : []),
      ].join("\n"),
    );
  }
  writeFileSync(marker, key ?? "");
}
