import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ruleGroupsOf } from "../../../../layers/platform/observability/rules/index.ts";
import { ruleFile, runbookUrl } from "../../../../layers/platform/observability/rules/types.ts";
import { ruleCases, everyRuleGroup as ruleGroups } from "../../../rules/index.ts";
import { caseKey, renderAnnotation } from "../../../support/rule-test-file.ts";

const runbooks = fileURLToPath(new URL("../../../../docs/runbooks/", import.meta.url));
const page = (group: string): string => readFileSync(`${runbooks}${group}.md`, "utf8");
const sections = (group: string): string[] => [...page(group).matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
const names = (group: (typeof ruleGroups)[number]): string[] => [
  ...new Set((group.alerts ?? []).map((rule) => rule.alert)),
];

describe("rules", () => {
  it("are many enough to mean something", () => {
    expect(ruleGroups.flatMap(names).length).toBeGreaterThan(80);
  });

  it.each(ruleGroups.map((group) => [group.name, group] as const))(
    "of %s have a runbook section each, and no section more",
    (name, group) => {
      expect(sections(name).sort()).toEqual(names(group).sort());
    },
  );

  it.each(ruleGroups.map((group) => [group.name] as const))(
    "of %s say in the runbook what it means, how to look, how to fix",
    (name) => {
      const bodies = page(name).split(/^## /m).slice(1);
      const incomplete = bodies.filter(
        (body) => !["Means", "Look", "Fix"].every((part) => body.includes(`- **${part}**: `)),
      );
      expect(incomplete).toEqual([]);
    },
  );

  it.each(ruleGroups.map((group) => [group.name, group] as const))(
    "of %s have a test each, and no test more",
    (name, group) => {
      const keys = (group.alerts ?? []).map((rule) => caseKey(group, rule));
      expect(Object.keys(ruleCases[name] ?? {}).sort()).toEqual(keys.sort());
    },
  );

  it("have one page per group and an index", () => {
    expect(readdirSync(runbooks).sort()).toEqual([...ruleGroups.map(({ name }) => `${name}.md`), "README.md"].sort());
  });

  it("use every alert name in one group only", () => {
    const all = ruleGroups.flatMap(names);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  it("have a severity, a one-line summary and a description that is no copy of it", () => {
    const wrong = ruleGroups
      .flatMap((group) => group.alerts ?? [])
      .filter(
        ({ summary, description }) => summary.includes("\n") || summary.length > 100 || description.includes(summary),
      );
    expect(wrong).toEqual([]);
  });

  it("name recorded series level:metric:operation", () => {
    const wrong = ruleGroups
      .flatMap((group) => group.recording ?? [])
      .filter(({ record }) => !/^[a-z_]+:[a-z0-9_]+:[a-z0-9_]+$/.test(record));
    expect(wrong).toEqual([]);
  });
});

describe("ruleFile", () => {
  it("writes records before alerts, on one line each, with the runbook", () => {
    const file = ruleFile([
      {
        name: "disk",
        recording: [{ record: "node:disk:ratio", expr: "\n  a\n  / b" }],
        alerts: [{ alert: "DiskFull", expr: "node:disk:ratio > 1", severity: "info", summary: "s", description: "d" }],
      },
    ]);
    expect(file).toEqual({
      groups: [
        {
          name: "disk",
          rules: [
            { record: "node:disk:ratio", expr: "a / b" },
            {
              alert: "DiskFull",
              expr: "node:disk:ratio > 1",
              labels: { severity: "info" },
              annotations: { summary: "s", description: "d", runbook_url: "docs/runbooks/disk.md#diskfull" },
            },
          ],
        },
      ],
    });
  });

  it("points at the heading's anchor", () => {
    expect(runbookUrl("nodes", "NodeMemoryHigh")).toBe("docs/runbooks/nodes.md#nodememoryhigh");
  });
});

describe("renderAnnotation", () => {
  it("refuses a label that the alert does not have", () => {
    expect(() => renderAnnotation("{{ $labels.pod }} is down", { labels: { node: "a" } })).toThrow(
      '"{{ $labels.pod }} is down" names the label pod, which the alert does not have',
    );
  });

  it("refuses a value that the test does not know", () => {
    expect(() => renderAnnotation("{{ $value | humanize }} lost", {})).toThrow("shows the value: give it in the test");
  });

  it("fills in labels and value", () => {
    expect(renderAnnotation("{{ $labels.a }}: {{ $value | humanize }}", { labels: { a: "x" }, value: "3" })).toBe(
      "x: 3",
    );
  });
});

describe("the rules of a stack", () => {
  const openbao = (args: Parameters<typeof ruleGroupsOf>[0]) =>
    ruleGroupsOf(args).find(({ name }) => name === "openbao");

  it("have those on OpenBao only where there is one", () => {
    expect(openbao({})).toBeUndefined();
    expect(openbao({ openbao: { replicas: 3, backup: { everyMinutes: 30 } } })?.alerts?.length).toBeGreaterThan(10);
  });

  it("follow its replicas and how often it is backed up", () => {
    const alerts = openbao({ openbao: { replicas: 5, backup: { everyMinutes: 20 } } })?.alerts ?? [];
    const expr = (name: string) => alerts.find(({ alert }) => alert === name)?.expr;
    expect(expr("OpenBaoDegraded")).toMatch(/< 5$/);
    expect(expr("OpenBaoBackupStale")).toMatch(/> 2400$/);
    expect(alerts.find(({ alert }) => alert === "OpenBaoBackupNever")?.for).toBe("45m");
  });
});
