// The audit itself: collects every secret of a stack, searches every place for each of them, and looks who may read what holds one.
import { readFileSync } from "node:fs";
import { UserError } from "../../lib/errors.ts";
import { exportState, type Session } from "../engine/session.ts";
import { capture } from "../terminal/process.ts";
import type { Paths } from "../toolchain/paths.ts";
import { documentSource, exportSources, objectSources } from "./documents.ts";
import { lineAndColumn } from "./files.ts";
import { accessOf, type HeldFile, heldFiles } from "./held.ts";
import { lookAtCluster } from "./live.ts";
import { machinePlaces, type Place } from "./places.ts";
import { type Hit, type Search, searchFor } from "./search.ts";
import { Collection, type Found } from "./secrets.ts";

export interface Finding {
  /** File and line, or resource and path. */
  readonly where: string;
  readonly hit: Hit;
}

export interface Searched {
  readonly place: Place;
  readonly documents: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
}

export interface Held {
  readonly file: HeldFile;
  /** How many of the stack's secrets are in it: what proves that the search finds one. */
  readonly secrets: number;
  readonly access: ReturnType<typeof accessOf>;
}

export interface Audit {
  readonly stack: string;
  readonly found: Found;
  readonly searched: readonly Searched[];
  readonly held: readonly Held[];
}

/** Larger ones, such as a database's log, are only looked at for who may read them. */
const largestHeld = 96 << 20;

export function searchPlace(place: Place, search: Search): Searched {
  const findings: Finding[] = [];
  let documents = 0;
  let size = 0;
  for (const source of place.sources) {
    const bytes = source.read();
    if (bytes === undefined) continue;
    documents += 1;
    size += bytes.length;
    for (const hit of search(bytes)) {
      const at = source.locate ? ` ${source.locate(bytes, hit.offset)}` : `:${lineAndColumn(bytes, hit.offset)}`;
      findings.push({ where: `${source.name}${at}`, hit });
    }
  }
  return { place, documents, bytes: size, findings };
}

const searchHeld = (file: HeldFile, search: Search): Held[] => {
  try {
    const access = accessOf(file.path);
    const bytes = readFileSync(file.path);
    return [{ file, access, secrets: bytes.length > largestHeld ? 0 : search(bytes).length }];
  } catch {
    return []; // Gone in the meantime.
  }
};

/** What `pulumi` prints as JSON about the stack. */
const ask = async (session: Session, ...args: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await capture(
    session.pulumi,
    [...args, "--json", "--stack", session.name, "--cwd", session.folder, "--non-interactive"],
    { env: { ...process.env, ...session.variables }, timeoutMs: 60_000 },
  );
  if (code !== 0) throw new UserError(`pulumi ${args.join(" ")} failed: ${(stderr || stdout).trim()}`);
  return JSON.parse(stdout === "" ? "{}" : stdout);
};

/** Of the passphrase provider; undefined where the backend's own service or a key of a cloud encrypts. */
const passphraseOf = ({ variables }: Session): string | undefined => {
  const env = { ...process.env, ...variables };
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  try {
    return env["PULUMI_CONFIG_PASSPHRASE"] ?? (file === undefined ? undefined : readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

/**
 * @param stack name of the stack file.
 * @throws UserError where the stack is not up, or its state can't be decrypted.
 */
export async function audit(session: Session, stack: string, where: Paths): Promise<Audit> {
  // In clear, and never out of this process: it comes through a pipe.
  const clear = await exportState(session, true);
  if ((clear.resources ?? []).length === 0)
    throw new UserError(`${session.name} is not up: its state has no secrets to look for. Bring it up: npm start`);
  const live = await lookAtCluster(clear);
  const collection = new Collection();
  collection.addState(clear);
  const passphrase = passphraseOf(session);
  if (passphrase !== undefined) collection.addPassphrase(passphrase);
  collection.addConfiguration(
    (await ask(session, "config", "--show-secrets", "--config-file", session.configFile)) as Parameters<
      Collection["addConfiguration"]
    >[0],
  );
  if (typeof live !== "string") collection.addLive(live.secrets);
  const { found } = collection;
  if (found.secrets.length === 0)
    throw new UserError(
      `The state of ${session.name} has resources and no secret among them, which no stack of strata's has`,
    );

  const search = searchFor(found.secrets);
  const outputs = await ask(session, "stack", "output");
  const places: readonly Place[] = [
    { what: "pulumi stack export", sources: exportSources(await exportState(session)), remedy: "state" },
    { what: "pulumi stack output", sources: [documentSource("outputs", outputs)], remedy: "state" },
    { what: "objects of the program, Secrets left out", sources: objectSources(clear), remedy: "object" },
    {
      what: "objects in the cluster, Secrets left out",
      remedy: "object",
      ...(typeof live === "string" ? { sources: [], note: live } : { sources: live.sources }),
    },
    ...(await machinePlaces(session, stack, where)),
  ];
  return {
    stack: session.name,
    found,
    searched: places.map((place) => searchPlace(place, search)),
    held: heldFiles(where).flatMap((file) => searchHeld(file, search)),
  };
}

export const isClean = ({ searched, held }: Audit): boolean =>
  searched.every(({ findings }) => findings.length === 0) && held.every(({ access }) => !access.open);
