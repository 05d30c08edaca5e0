// A bench in the terminal: statistics of each group, and with two sides their ratio. Pure text.
import Table from "cli-table3";
import { kindOf } from "../engine/events.ts";
import { bytes } from "../terminal/duration.ts";
import type { BenchFloor, BenchGroup, BenchSide, Stats } from "./schema.ts";

const right = ["left", "right", "right", "right", "right", "right"] as const;

const seconds = (ms: number): string => (ms / 1000).toFixed(2);

/** Shorter resources are left to the file: their differences are the engine's polling. */
const worthMs = 50;

/** One run alone has no deviation. */
const cells = ({ runs, meanMs, medianMs, minMs, maxMs, stddevMs }: Stats): string[] => [
  ...[meanMs, medianMs, minMs, maxMs].map(seconds),
  runs > 1 ? seconds(stddevMs) : "–",
];

const titles: Readonly<Record<BenchGroup["kind"], string>> = {
  cold: "Cold: an up that creates the cluster and everything in it",
  warm: "Warm: an up right after it",
  destroy: "Destroy",
};

interface Line {
  readonly label: string;
  readonly stats: Stats;
}

/** The lines of a group, in the order of its table. */
const linesOf = (group: BenchGroup): readonly Line[] => [
  ...(group.total ? [{ label: "TOTAL", stats: group.total }] : []),
  ...group.layers.map(({ name, ...stats }) => ({ label: `layer ${name}`, stats })),
  ...group.components.map(({ name, ...stats }) => ({ label: `  ${name}`, stats })),
  ...group.resources
    .filter(({ medianMs }) => medianMs >= worthMs)
    .map(({ name, type, ...stats }) => ({ label: `    ${kindOf(type)} ${name}`, stats })),
];

const plain = { style: { head: [], border: [], compact: true } };

export function groupTable(group: BenchGroup): string {
  const { total } = group;
  const runs = `${total?.runs ?? 0} succeeded${group.failed > 0 ? `, ${group.failed} FAILED` : ""}`;
  if (!total) return `${titles[group.kind]} (${runs})`;
  const table = new Table({
    head: ["seconds", "mean", "median", "min", "max", "stddev"],
    colAligns: [...right],
    ...plain,
  });
  for (const { label, stats } of linesOf(group)) table.push([label, ...cells(stats)]);
  const host =
    group.cpuPercent === undefined
      ? []
      : [`Host: CPU ${group.cpuPercent.toFixed(0)} % on average, memory ${bytes(group.memoryPeakBytes ?? 0)} at most`];
  return [`${titles[group.kind]} (${runs})`, table.toString(), ...host].join("\n");
}

/** Warm runs beside the programs that do nothing. */
export function floorTable({ warm, empty, plugins, ratios }: BenchFloor): string {
  const table = new Table({
    head: ["seconds", "mean", "median", "min", "max", "stddev", "warm run / it"],
    colAligns: [...right, "right"],
    ...plain,
  });
  table.push(
    ["warm run", ...cells(warm), ""],
    ["empty program, same SDKs", ...cells(empty), ratios.empty.toFixed(2)],
    ["with one resource of each plugin", ...cells(plugins), ratios.plugins.toFixed(2)],
  );
  return `Floor: what no program can be faster than, measured right after each warm run (${warm.runs} pairs, ratios pair by pair)\n${table.toString()}`;
}

const ratio = (a: number, b: number): string => (b > 0 ? (a / b).toFixed(2) : "–");

/** Medians of two sides and their ratio: below 1 the first is faster. */
export function ratioTable([first, second]: readonly [BenchSide, BenchSide]): string {
  const blocks = first.groups.flatMap((group) => {
    const other = second.groups.find(({ kind }) => kind === group.kind);
    if (other === undefined) return [];
    const table = new Table({
      head: ["median seconds", first.name, second.name, "ratio"],
      colAligns: [...right.slice(0, 4)],
      ...plain,
    });
    const others = new Map(linesOf(other).map(({ label, stats }) => [label, stats]));
    for (const { label, stats } of linesOf(group)) {
      const base = others.get(label);
      // Each side lists its own slowest resources.
      if (base)
        table.push([label, seconds(stats.medianMs), seconds(base.medianMs), ratio(stats.medianMs, base.medianMs)]);
    }
    return [titles[group.kind], table.toString()];
  });
  return blocks.join("\n");
}
