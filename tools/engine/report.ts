// What a run says at its end: counts, times per layer, addresses, and for a failure what failed, why, and what to do. Pure text.
import { count, duration } from "../terminal/duration.ts";
import { isSecretOutput, kindOf, nameOf, type PolicyViolation } from "./events.ts";
import type { Failure, Progress } from "./progress.ts";

/** Engine messages that only repeat that something failed. */
const noise = [
  /^update failed$/,
  /^preview failed$/,
  /^resource \S+ was not successfully created[^:]*$/i,
  /^one or more resources could not be/i,
  // What follows from a provider that could not be configured, once per resource that wanted it.
  /^unknown provider '/,
];

/** A diagnostic without the stack trace and the engine's wrapping: what a user can act on. */
export function cleanMessage(message: string): string {
  const lines = message
    .replace(/^Running program '.*?' failed with an unhandled exception:\n?/, "")
    .replace(/^(?:<ref \*\d+> )?(?:\w*Error): /, "")
    // The resource is named above it; the reason is what follows.
    .replace(/^resource "?urn:\S+?"? was not successfully created by the Kubernetes API server\s*: /, "")
    // A chart that cannot be had fails the argument that waits for its file.
    .replace(/^error serializing property "\w+": /, "")
    .split("\n")
    .filter((line) => !/^\s+at .+[:)]/.test(line) && !/^\s+at (async )?\S+/.test(line))
    // What Node prints of an error object's fields, after its trace.
    .filter((line) => !/^\s*(\[cause\]|issues|promise|code):/.test(line) && !/^\s*[{}\]],?$/.test(line));
  return lines.join("\n").trim();
}

/** A next step for messages whose reason is known. */
export function remedyFor(message: string, type = ""): string | undefined {
  if (/no space left on device|disk quota exceeded/i.test(message))
    return "The disk is full: free some space, then run the same command again. What the cluster has by then is found again";
  if (/read-only file system/i.test(message))
    return "The state folder can't be written to: make it writable, then run again";
  const unhealthy = /\b([A-Z]\w+)\/([a-z0-9-]+)\/([a-z0-9.-]+) status: '/.exec(message);
  if (unhealthy)
    return `Look at it: eval "$(npm run -s env)", then kubectl -n ${unhealthy[2]} describe ${unhealthy[1]?.toLowerCase()} ${unhealthy[3]}`;
  if (/kustomization path not found|app path does not exist/.test(message))
    return "The commit has no such rendered folder. Run: npm run render STACK, commit gitops/, and set strata:gitops.source.revision to that commit";
  if (type.startsWith("kubernetes:source.toolkit"))
    return "The GitOps engine could not read the repository: see its reason above, then url, revision and auth of strata:gitops.source";
  if (/secrets manager of type "cloud"|operation error KMS/.test(message))
    return "The key that decrypts the state does not answer, or may not be used: check the login of the cloud, and secretsprovider of the stack file (docs/state.md)";
  if (/no such host|connection refused|ECONNREFUSED|no answer within|i\/o timeout|unreachable/i.test(message))
    return "The cluster or a registry does not answer. Check it: npm run doctor";
  if (/is currently locked|locked by/i.test(message))
    return "Another run holds the stack: wait for it. If it is over, clear its lock: npx pulumi cancel";
  if (type.startsWith("kubernetes:") && /timed? ?out|not (become|get) ready|timeout/i.test(message))
    return 'Look at its events: eval "$(npm run -s env)", then kubectl get events -A --sort-by=.lastTimestamp';
  if (/incorrect passphrase/i.test(message))
    return "The state was encrypted with another passphrase: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the old one (docs/state.md)";
  return undefined;
}

const indent = (text: string, by: string): string =>
  text
    .split("\n")
    .map((line) => by + line)
    .join("\n");

const textsOf = ({ messages }: Failure): readonly string[] =>
  [...new Set(messages.map(cleanMessage))].filter(
    (text) => text !== "" && !noise.some((pattern) => pattern.test(text)),
  );

const typeOf = ({ urn }: Failure): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** Resources that are named where many fail for the same reason. */
const shownAlike = 5;

/** Each reason once: what is wrong with the cluster fails hundreds of resources alike. */
export function describeFailures(failures: readonly Failure[]): readonly string[] {
  const alike = new Map<string, Failure[]>();
  for (const failure of failures) {
    if (failure.messages.length > 0 && textsOf(failure).length === 0) continue;
    const key = JSON.stringify([typeOf(failure), textsOf(failure)]);
    alike.set(key, [...(alike.get(key) ?? []), failure]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const texts = textsOf(first);
    const type = typeOf(first);
    const program = first.urn === "" || type === "pulumi:pulumi:Stack";
    const names = group.slice(0, shownAlike).map(({ urn }) => nameOf(urn));
    const more = group.length > names.length ? `, and ${group.length - names.length} more` : "";
    const lines = program ? [] : [`✗ ${kindOf(type)} ${names.join(", ")}${more}`];
    for (const text of texts) lines.push(program ? `✗ ${text}` : indent(text, "    "));
    const remedy = texts.map((text) => remedyFor(text, type)).find((found) => found !== undefined);
    if (remedy !== undefined) lines.push(`    → ${remedy}`);
    return lines;
  });
}

const isMandatory = ({ enforcementLevel }: PolicyViolation): boolean => enforcementLevel === "mandatory";

/** The pack's own sentence: the engine puts the rule's description on a line before it. */
const saidOf = ({ message }: PolicyViolation): string => message.trim().split("\n").at(-1) ?? "";

/** What a plan breaks: of each rule once a place, those that stop it first. */
export function describeViolations(violations: readonly PolicyViolation[]): {
  readonly refused: readonly string[];
  readonly advised: readonly string[];
} {
  const lines = (wanted: boolean): readonly string[] => [
    ...new Set(violations.filter((violation) => isMandatory(violation) === wanted).map(saidOf)),
  ];
  return { refused: lines(true), advised: lines(false) };
}

const words: Readonly<Record<string, readonly [done: string, planned: string]>> = {
  create: ["created", "to create"],
  update: ["updated", "to update"],
  replace: ["replaced", "to replace"],
  delete: ["deleted", "to delete"],
  refresh: ["refreshed", "to refresh"],
  same: ["unchanged", "unchanged"],
};

/**
 * "3 created, 120 unchanged", or for a preview "3 to create, 120 unchanged".
 * The parts of a replacement (create-replacement, delete-replaced) are told by `replace` alone.
 */
export function describeCounts(counts: Readonly<Record<string, number>>, tense: "done" | "planned" = "done"): string {
  const parts = Object.entries(words)
    .filter(([op]) => (counts[op] ?? 0) > 0)
    .map(([op, [done, planned]]) => `${counts[op]} ${tense === "done" ? done : planned}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

export function describeLayers(progress: Progress): readonly string[] {
  const components = progress.components;
  return progress.layerSpans().map(({ layer, span }) => {
    const own = components.filter((component) => component.layer === layer);
    const changed = own.reduce((sum, component) => sum + component.changed, 0);
    return `  ${layer.padEnd(10)}${duration(span.end - span.start).padStart(8)}   from ${duration(span.start)} to ${duration(span.end)}, ${count(changed, "resource")}`;
  });
}

const isText = (entry: readonly [string, unknown]): entry is readonly [string, string] => typeof entry[1] === "string";

export function describeUrls(outputs: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const urls = outputs?.["urls"];
  if (typeof urls !== "object" || urls === null || isSecretOutput(urls)) return [];
  const entries = Object.entries(urls).filter(isText);
  const width = Math.max(0, ...entries.map(([name]) => name.length)) + 2;
  return entries.map(([name, url]) => `  ${name.padEnd(width)}${url}`);
}
