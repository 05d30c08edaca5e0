// What a rule test is: series that make an alert fire, and series that must not. Data only; promtool runs it.
import type { Severity } from "../../layers/platform/observability/rules/types.ts";

/** Series in promtool's notation, one value a minute. */
export type SeriesMap = Readonly<Record<string, string>>;

export interface ExpectedAlert {
  /** Every label but alertname and severity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How the value reads in the annotations, where they show it. */
  readonly value?: string;
  /** Where several alerts share the name. Default: that of the key. */
  readonly severity?: Severity;
}

export interface RuleCase {
  readonly fires: { readonly series: SeriesMap; readonly alerts: readonly ExpectedAlert[]; readonly at?: string };
  /** Nearly the same, and no alert. */
  readonly quiet: { readonly series: SeriesMap; readonly at?: string } | "fires by design";
}

/** By alert name, or name/severity where several alerts share the name. */
export type RuleCases = Readonly<Record<string, RuleCase>>;

/** Length of every series in minutes, and when the alerts are looked at. */
export const minutes = 180;

export const constant = (value: number): string => `${value}x${minutes}`;
/** Grows by so much each minute. */
export const growing = (perMinute: number, start = 0): string =>
  `${start}${perMinute < 0 ? "-" : "+"}${Math.abs(perMinute)}x${minutes}`;
/** Was there until the given minute. */
export const until = (minute: number, value: number): string => `${value}x${minute} stale`;
/** Changes from one value to the other at the given minute. */
export const change = (minute: number, before: number, after: number): string =>
  `${before}x${minute} ${after}x${minutes - minute}`;
