// Rules as data: what a group of recording and alerting rules is, and how it becomes the file that Prometheus reads.

export type Severity = "critical" | "warning" | "info" | "none";

export interface RecordingRule {
  /** level:metric:operation, the level being the labels that are left. */
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must hold. Left out: one evaluation is enough. */
  readonly for?: string;
  readonly severity: Severity;
  /** One line; may name labels as `{{ $labels.x }}`. */
  readonly summary: string;
  /** What it means for the user, with the measured value where that helps. */
  readonly description: string;
}

export interface RuleGroup {
  /** Also the name of the page under docs/runbooks that explains its alerts. */
  readonly name: string;
  /** Evaluated before the alerts, which may use them. */
  readonly recording?: readonly RecordingRule[];
  readonly alerts?: readonly AlertRule[];
}

/** Where the page on an alert is, relative to the repository. */
export const runbookUrl = (group: string, alert: string): string => `docs/runbooks/${group}.md#${alert.toLowerCase()}`;

const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");

const alertRule = (group: string, rule: AlertRule) => ({
  alert: rule.alert,
  expr: oneLine(rule.expr),
  ...(rule.for !== undefined && { for: rule.for }),
  labels: { severity: rule.severity },
  annotations: {
    summary: rule.summary,
    description: oneLine(rule.description),
    runbook_url: runbookUrl(group, rule.alert),
  },
});

/** Content of a Prometheus rule file. */
export const ruleFile = (groups: readonly RuleGroup[]) => ({
  groups: groups.map((group) => ({
    name: group.name,
    rules: [
      ...(group.recording ?? []).map((rule) => ({ record: rule.record, expr: oneLine(rule.expr) })),
      ...(group.alerts ?? []).map((rule) => alertRule(group.name, rule)),
    ],
  })),
});
