// Types of a dashboard as Grafana reads it: the SDK's types, as plain data, so that nothing of the SDK is loaded at run time.
import type * as cog from "@grafana/grafana-foundation-sdk/common";
import type * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import type * as stat from "@grafana/grafana-foundation-sdk/stat";
import type * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

/** String enums become unions of their values; everything else stays. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: Plain<T[Key]> }
        : T;

export type TimeseriesOptions = Plain<timeseries.Options>;
export type TimeseriesStyle = Plain<timeseries.FieldConfig>;
export type StatOptions = Plain<stat.Options>;
export type Tooltip = Plain<cog.VizTooltipOptions>;
export type Thresholds = Plain<sdk.ThresholdsConfig>;
export type DataLink = Pick<Plain<sdk.DashboardLink>, "title" | "url" | "targetBlank">;

/** Data sources that Grafana is provisioned with, by their uid. */
export type DataSource = "prometheus" | "loki" | "tempo";

export interface Query {
  readonly refId: string;
  readonly datasource: { readonly type: DataSource; readonly uid: DataSource };
  /** PromQL or LogQL. */
  readonly expr?: string;
  /** TraceQL. */
  readonly query?: string;
  readonly [option: string]: unknown;
}

export interface Panel extends Pick<Plain<sdk.Panel>, "title" | "description" | "maxDataPoints"> {
  readonly id: number;
  readonly type: "timeseries" | "stat" | "bargauge" | "table" | "logs";
  readonly gridPos: Plain<sdk.GridPos>;
  readonly datasource: { readonly type: DataSource; readonly uid: DataSource };
  readonly targets: readonly Query[];
  readonly fieldConfig: { readonly defaults: FieldDefaults; readonly overrides: readonly unknown[] };
  readonly options: unknown;
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
}

export interface FieldDefaults {
  /** Grafana's id of a unit, for example `bytes` or `percentunit`. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly noValue?: string;
  readonly thresholds?: Thresholds;
  readonly links?: readonly DataLink[];
  readonly custom?: TimeseriesStyle | Readonly<Record<string, unknown>>;
}

export interface Row {
  readonly id: number;
  readonly type: "row";
  readonly title: string;
  readonly collapsed: false;
  readonly gridPos: Plain<sdk.GridPos>;
  readonly panels: readonly [];
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly type: "query";
  readonly datasource: { readonly type: "prometheus"; readonly uid: "prometheus" };
  readonly query: { readonly query: string; readonly refId: string };
  readonly definition: string;
  readonly refresh: 2;
  readonly sort: 1;
  readonly includeAll: true;
  readonly multi: true;
  readonly allValue: ".*";
  readonly current: { readonly text: "All"; readonly value: "$__all" };
}

export interface Dashboard
  extends Pick<Plain<sdk.Dashboard>, "schemaVersion" | "refresh" | "time" | "graphTooltip" | "editable"> {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly timezone: "browser";
  readonly templating: { readonly list: readonly Variable[] };
  readonly links: readonly Plain<sdk.DashboardLink>[];
  readonly panels: readonly (Panel | Row)[];
}
