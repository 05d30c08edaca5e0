// Panels, each from what differs: its title, its unit, its queries and one sentence that says what a reader sees.
import type {
  DataSource,
  FieldDefaults,
  Panel,
  Query,
  StatOptions,
  TimeseriesOptions,
  TimeseriesStyle,
} from "./model.ts";

/** A panel without its place. */
export type PanelSpec = Omit<Panel, "id" | "gridPos"> & {
  /** Of the 24 columns. Left out: an even share of what the row has left. */
  readonly width?: number;
};

export interface PanelArgs {
  readonly title: string;
  /** One sentence: what the panel shows, and what to look for. */
  readonly description: string;
  /** Grafana's id of a unit: short, percentunit, bytes, Bps, s, reqps, ops, cores ... */
  readonly unit: string;
  readonly width?: number;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** What it means when there is nothing to show, for example `no errors`. Left out: a running platform always has data here. */
  readonly empty?: string;
}

/** Shown by a number that has no data although it should. */
const missing = "no data";

/** Whether a panel may be empty on a healthy platform: it says so by what it shows then. */
export const mayBeEmpty = ({ fieldConfig: { defaults } }: Pick<Panel, "fieldConfig">): boolean =>
  defaults.noValue !== undefined && defaults.noValue !== missing;

/** A PromQL expression and the legend of its series, for example `{{namespace}}`. */
export type Series = readonly [expr: string, legend: string];

const source = (uid: DataSource) => ({ type: uid, uid }) as const;
const refId = (index: number) => String.fromCharCode(65 + index);
const oneLine = (text: string) => text.trim().replace(/\s+/g, " ");

const range = (series: readonly Series[]): Query[] =>
  series.map(([expr, legendFormat], index) => ({
    refId: refId(index),
    datasource: source("prometheus"),
    expr: oneLine(expr),
    legendFormat,
    exemplar: false,
  }));

const instant = (series: readonly Series[]): Query[] =>
  range(series).map((query) => ({ ...query, instant: true, range: false }));

const defaults = (args: PanelArgs): FieldDefaults => ({
  unit: args.unit,
  ...(args.min !== undefined && { min: args.min }),
  ...(args.max !== undefined && { max: args.max }),
  ...(args.decimals !== undefined && { decimals: args.decimals }),
  ...(args.empty !== undefined && { noValue: args.empty }),
});

const frame = (args: { title: string; description: string; width?: number }) => ({
  title: args.title,
  description: args.description,
  ...(args.width !== undefined && { width: args.width }),
});

const line: TimeseriesStyle = { lineWidth: 1, fillOpacity: 10, showPoints: "never", spanNulls: false };
const legendTable: TimeseriesOptions = {
  legend: { displayMode: "table", placement: "bottom", showLegend: true, calcs: ["mean", "max", "lastNotNull"] },
  tooltip: { mode: "multi", sort: "desc" },
};

/** Lines over time. `stacked` adds the series up to a total; `exemplars` marks single traces. */
export const lines = (
  args: PanelArgs & { readonly series: readonly Series[]; readonly mode?: "stacked"; readonly exemplars?: "shown" },
): PanelSpec => ({
  ...frame(args),
  type: "timeseries",
  datasource: source("prometheus"),
  targets: range(args.series).map((query) => ({ ...query, exemplar: args.exemplars === "shown" })),
  fieldConfig: {
    defaults: {
      ...defaults({ min: 0, ...args }),
      custom: args.mode === "stacked" ? { ...line, fillOpacity: 40, stacking: { mode: "normal", group: "A" } } : line,
    },
    overrides: [],
  },
  options: legendTable,
});

/** One number now. Steps colour it from their value on; without them it stays neutral. */
export const number = (
  args: PanelArgs & { readonly expr: string; readonly steps?: readonly (readonly [from: number, color: string])[] },
): PanelSpec => {
  const options: StatOptions = {
    graphMode: "area",
    colorMode: args.steps ? "background" : "value",
    justifyMode: "auto",
    textMode: "auto",
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: "standard",
    orientation: "auto",
    reduceOptions: { calcs: ["lastNotNull"] },
  };
  return {
    ...frame(args),
    type: "stat",
    datasource: source("prometheus"),
    targets: range([[args.expr, args.title]]),
    fieldConfig: {
      defaults: {
        noValue: missing,
        ...defaults(args),
        thresholds: {
          mode: "absolute",
          steps: [
            { value: null, color: args.steps ? "green" : "text" },
            ...(args.steps ?? []).map(([value, color]) => ({ value, color })),
          ],
        },
      },
      overrides: [],
    },
    options,
  };
};

/** Horizontal bars of the current values, longest first. */
export const bars = (args: PanelArgs & { readonly series: readonly Series[] }): PanelSpec => ({
  ...frame(args),
  type: "bargauge",
  datasource: source("prometheus"),
  targets: instant(args.series),
  fieldConfig: { defaults: defaults({ min: 0, ...args }), overrides: [] },
  options: {
    orientation: "horizontal",
    displayMode: "basic",
    valueMode: "color",
    showUnfilled: true,
    reduceOptions: { calcs: ["lastNotNull"] },
  },
});

/** A table of the current values: a row for each set of labels, a column for each series by its legend. */
export const table = (args: PanelArgs & { readonly series: readonly Series[] }): PanelSpec => ({
  ...frame(args),
  type: "table",
  datasource: source("prometheus"),
  targets: instant(args.series).map((query) => ({ ...query, format: "table" })),
  fieldConfig: { defaults: defaults(args), overrides: [] },
  options: { showHeader: true, cellHeight: "sm" },
  transformations: [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: { Time: true },
        // With a single query Grafana calls the column "Value", with several "Value #A".
        renameByName: Object.fromEntries(
          args.series.flatMap(([, legend], index) => [
            [`Value #${refId(index)}`, legend],
            ...(args.series.length === 1 ? [["Value", legend] as const] : []),
          ]),
        ),
      },
    },
  ],
});

/** Log lines, newest first. */
export const logs = (args: {
  title: string;
  description: string;
  expr: string;
  width?: number;
  empty?: string;
}): PanelSpec => ({
  ...frame(args),
  type: "logs",
  datasource: source("loki"),
  targets: [{ refId: "A", datasource: source("loki"), expr: oneLine(args.expr), queryType: "range", maxLines: 200 }],
  fieldConfig: { defaults: args.empty === undefined ? {} : { noValue: args.empty }, overrides: [] },
  options: {
    showTime: true,
    wrapLogMessage: true,
    enableLogDetails: true,
    sortOrder: "Descending",
    dedupStrategy: "none",
  },
});

/** A count of log lines over time, from LogQL. */
export const logLines = (args: PanelArgs & { readonly series: readonly Series[] }): PanelSpec => ({
  ...lines({ ...args, mode: "stacked" }),
  datasource: source("loki"),
  targets: args.series.map(([expr, legendFormat], index) => ({
    refId: refId(index),
    datasource: source("loki"),
    expr: oneLine(expr),
    legendFormat,
    queryType: "range",
  })),
});

/** Traces that match a TraceQL query, each a link to the trace. */
export const traces = (args: { title: string; description: string; query: string; width?: number }): PanelSpec => ({
  ...frame(args),
  type: "table",
  datasource: source("tempo"),
  targets: [
    {
      refId: "A",
      datasource: source("tempo"),
      queryType: "traceql",
      query: args.query,
      limit: 20,
      tableType: "traces",
    },
  ],
  fieldConfig: { defaults: {}, overrides: [] },
  options: { showHeader: true, cellHeight: "sm" },
});
