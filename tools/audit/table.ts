// The audit as text: what was looked for, where, what holds a secret rightly, and each finding with what to do. Never a value.
import Table from "cli-table3";
import colors from "picocolors";
import { count } from "../terminal/duration.ts";
import { lowestLength } from "./forms.ts";
import { heldPlaces } from "./held.ts";
import { rules } from "./no-secret.ts";
import { remedies, replaceIt } from "./remedies.ts";
import { type Audit, type Held, isClean, type Searched } from "./run.ts";

/** Findings that are told one by one, of each place. */
const shown = 10;

const kibibytes = (size: number): string => `${Math.ceil(size / 1024).toLocaleString("en")} KiB`;

/** No line between rows. */
const close = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const made = new Table({ head: [...head], chars: close, style: { head: [], border: [] } });
  for (const row of rows) made.push([...row]);
  return made.toString();
};

const tally = <Key>(keys: readonly Key[]): ReadonlyMap<Key, number> => {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

const secretsTable = ({ found }: Audit): string =>
  table(
    ["looked for", "secrets"],
    [
      ...[...tally(found.secrets.map(({ kind }) => kind))].map(([kind, times]) => [kind, String(times)]),
      ["all", String(found.secrets.length)],
    ],
  );

const leftOutLines = ({ found }: Audit): readonly string[] =>
  [...found.leftOut].map(([reason, times]) => {
    const why =
      reason === "too short"
        ? `under ${lowestLength} characters it would be found by chance; such is Grafana's well-known admin of local clusters`
        : rules.find(({ what }) => what === reason)?.reason;
    return `  ${times} ${reason}: ${why}`;
  });

const placesTable = ({ searched }: Audit): string =>
  table(
    ["place", "searched", "size", "found"],
    searched.map(({ place, documents, bytes: size, findings }) =>
      documents === 0
        ? [place.what, `nothing: ${place.note ?? "not there"}`, "", ""]
        : [
            place.what,
            String(documents),
            kibibytes(size),
            findings.length === 0 ? "none" : colors.red(String(findings.length)),
          ],
    ),
  );

const heldTable = ({ held }: Audit): string =>
  table(
    ["may hold secrets", "files", "with one", "modes", "read by others", "because"],
    heldPlaces.flatMap((place) => {
      const files = held.filter(({ file }) => file.place === place);
      if (files.length === 0) return [];
      const open = files.filter(({ access }) => access.open).length;
      return [
        [
          place.what,
          String(files.length),
          String(files.filter(({ secrets }) => secrets > 0).length),
          [...new Set(files.map(({ access }) => access.mode))].sort().join(" "),
          open > 0
            ? colors.red(String(open))
            : files.some(({ access }) => access.closedBy)
              ? "no: a folder above is closed"
              : "no",
          place.reason,
        ],
      ];
    }),
  );

const describe = ({ place, findings }: Searched): readonly string[] => [
  colors.bold(place.what),
  ...findings
    .slice(0, shown)
    .map(
      ({ where, hit: { secret, form, times } }) =>
        `  ${colors.red("✗")} ${where}: ${secret.kind} ${secret.name}, ${form}${times > 1 ? `, ${times} times` : ""}`,
    ),
  ...(findings.length > shown ? [`    and ${findings.length - shown} more`] : []),
  `    → ${remedies[place.remedy]}`,
];

const describeOpen = ({ file, access }: Held): string =>
  `${colors.red("✗")} ${file.path}: others on this machine may read it (${access.mode})\n    → chmod 600 ${file.path}`;

export function renderAudit(audit: Audit): string {
  const { stack, found, searched, held } = audit;
  const findings = searched.filter((one) => one.findings.length > 0);
  const open = held.filter(({ access }) => access.open);
  const total = searched.reduce((sum, one) => sum + one.findings.length, 0);
  return [
    secretsTable(audit),
    ...(found.leftOut.size > 0 ? ["Marked as secret and not looked for:", ...leftOutLines(audit)] : []),
    "",
    placesTable(audit),
    heldTable(audit),
    ...findings.flatMap(describe),
    ...open.map(describeOpen),
    ...(total > 0 ? [replaceIt] : []),
    isClean(audit)
      ? `${colors.green("✓")} ${stack}: none of ${count(found.secrets.length, "secret")} is outside of where it belongs`
      : `${colors.red("✗")} ${stack}: ${count(total, "finding")}${open.length > 0 ? `, ${count(open.length, "file")} open to others` : ""}`,
  ].join("\n");
}
