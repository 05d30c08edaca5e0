// Turns rule tests into the files that `promtool test rules` reads.
import { type AlertRule, type RuleGroup, runbookUrl } from "../../layers/platform/observability/rules/types.ts";
import { type RecordingCase, recordingTime } from "../rules/recording.ts";
import { type ExpectedAlert, minutes, type RuleCases, type SeriesMap } from "../rules/types.ts";

/** Name of a rule's test: the alert's, with its severity where several alerts of the group share the name. */
export const caseKey = (group: RuleGroup, rule: AlertRule): string =>
  (group.alerts ?? []).filter((other) => other.alert === rule.alert).length > 1
    ? `${rule.alert}/${rule.severity}`
    : rule.alert;

/**
 * Text of an annotation as Prometheus renders it.
 *
 * @throws where it names a label that the alert does not have: Prometheus would print nothing in its place.
 */
export const renderAnnotation = (template: string, alert: ExpectedAlert): string =>
  template
    .trim()
    .replace(/\s+/g, " ")
    .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => {
      const text = alert.labels?.[label];
      if (text === undefined) throw new Error(`"${template}" names the label ${label}, which the alert does not have`);
      return text;
    })
    .replace(/\{\{ \$value[^}]*\}\}/g, () => {
      if (alert.value === undefined) throw new Error(`"${template}" shows the value: give it in the test`);
      return alert.value;
    });

// Series have a value a minute, so that rates are right; evaluating as often makes the tests five times as slow and no better.
const evaluationInterval = "5m";

const inputSeries = (series: SeriesMap) => Object.entries(series).map(([name, values]) => ({ series: name, values }));

const expected = (group: RuleGroup, rule: AlertRule, alert: ExpectedAlert) => {
  const severity = alert.severity ?? rule.severity;
  const source = (group.alerts ?? []).find((other) => other.alert === rule.alert && other.severity === severity);
  if (!source) throw new Error(`No alert ${rule.alert} of severity ${severity} in ${group.name}`);
  return {
    exp_labels: { severity, ...alert.labels },
    exp_annotations: {
      summary: renderAnnotation(source.summary, alert),
      description: renderAnnotation(source.description, alert),
      runbook_url: runbookUrl(group.name, rule.alert),
    },
  };
};

/** Test file of one group; two tests for each alert. */
export const ruleTestFile = (group: RuleGroup, cases: RuleCases, ruleFilePath: string) => ({
  rule_files: [ruleFilePath],
  evaluation_interval: evaluationInterval,
  tests: (group.alerts ?? []).flatMap((rule) => {
    const key = caseKey(group, rule);
    const test = cases[key];
    if (!test) throw new Error(`No test for ${group.name} ${key}`);
    const at = `${minutes}m`;
    return [
      {
        name: `${key} fires`,
        interval: "1m",
        input_series: inputSeries(test.fires.series),
        alert_rule_test: [
          {
            eval_time: test.fires.at ?? at,
            alertname: rule.alert,
            exp_alerts: test.fires.alerts.map((alert) => expected(group, rule, alert)),
          },
        ],
      },
      ...(test.quiet === "fires by design"
        ? []
        : [
            {
              name: `${key} stays quiet`,
              interval: "1m",
              input_series: inputSeries(test.quiet.series),
              alert_rule_test: [{ eval_time: test.quiet.at ?? at, alertname: rule.alert, exp_alerts: [] }],
            },
          ]),
    ];
  }),
});

/** Test file of recording rules. */
export const recordingTestFile = (cases: Readonly<Record<string, RecordingCase>>, ruleFilePath: string) => ({
  rule_files: [ruleFilePath],
  evaluation_interval: evaluationInterval,
  tests: Object.entries(cases).map(([name, test]) => ({
    name,
    interval: "1m",
    input_series: inputSeries(test.series),
    promql_expr_test: Object.entries(test.expect).map(([expr, samples]) => ({
      expr,
      eval_time: recordingTime,
      exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
    })),
  })),
});
