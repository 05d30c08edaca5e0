// A run beside the last one and the median of those alike: total, layers and components. Pure.
import type { RunRecord } from "./record.ts";
import { median } from "./statistics.ts";

export interface ComparisonRow {
  readonly level: "total" | "layer" | "component";
  readonly name: string;
  readonly currentMs: number;
  readonly lastMs: number | undefined;
  readonly medianMs: number | undefined;
}

type Measure = (run: RunRecord) => number | undefined;

const span = (entry: { readonly startMs: number; readonly endMs: number } | undefined): number | undefined =>
  entry && entry.endMs - entry.startMs;

/** `history` is oldest first and does not hold the run itself. */
export function comparisonRows(run: RunRecord, history: readonly RunRecord[]): readonly ComparisonRow[] {
  const last = history.at(-1);
  const row = (level: ComparisonRow["level"], name: string, measure: Measure): ComparisonRow => {
    const values = history.flatMap((other) => measure(other) ?? []);
    return {
      level,
      name,
      currentMs: measure(run) ?? 0,
      lastMs: last && measure(last),
      medianMs: values.length === 0 ? undefined : median(values),
    };
  };
  return [
    row("total", "whole run", ({ durationMs }) => durationMs),
    ...run.layers.flatMap(({ layer }) => [
      row("layer", layer, ({ layers }) => span(layers.find((entry) => entry.layer === layer))),
      ...run.components
        .filter((component) => component.layer === layer)
        .map(({ name }) =>
          row("component", name, ({ components }) => span(components.find((entry) => entry.name === name))),
        ),
    ]),
  ];
}
