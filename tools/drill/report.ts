// A drill as text: its plan before, its report after. Pure.
import { duration } from "../terminal/duration.ts";
import type { DrillRecord } from "./run.ts";
import type { Step } from "./steps.ts";
import type { Target } from "./target.ts";

export const planText = (target: Target, steps: readonly Step[]): string =>
  [
    `Drill of ${target.stack}: ${steps.length} steps. Steps 6 to 9 destroy the cluster ${target.clusterName} and build it again; its apps are down in between.`,
    "",
    ...steps.flatMap(({ title, does, skipped }, index) => [
      `${String(index + 1).padStart(2)}. ${title}`,
      ...(skipped === undefined ? does.map((line) => `      ${line}`) : [`      left out: ${skipped}`]),
    ]),
    "",
    `Nothing was done. To do it: npm run drill -- ${target.stack} --yes`,
  ].join("\n");

const cell = (text: string): string =>
  text.replace(/\s*\n\s*/g, " ").replace(/[|<>]/g, (character) => `\\${character}`);

const marks = { done: "✅", skipped: "➖", failed: "❌", "not reached": "" } as const;

export const markdownOf = (record: DrillRecord): string => {
  const failed = record.steps.find(({ outcome }) => outcome === "failed");
  return [
    `# ${record.outcome === "succeeded" ? "✅" : "❌"} Drill of ${record.stack}: ${record.outcome} in ${duration(record.durationMs)}`,
    "",
    `${record.id} · ${record.startedAt} to ${record.finishedAt}`,
    "",
    ...(failed
      ? [
          "## What broke",
          "",
          `${failed.title}:`,
          "",
          "```text",
          failed.detail,
          "```",
          "",
          `${failed.remedy ?? ""}.`,
          "",
        ]
      : []),
    "## Steps",
    "",
    "| | step | time | what was seen |",
    "| --- | --- | ---: | --- |",
    ...record.steps.map(
      ({ outcome, title, durationMs, detail }) =>
        `| ${marks[outcome]} | ${cell(title)} | ${outcome === "done" || outcome === "failed" ? duration(durationMs) : ""} | ${outcome === "failed" ? "see above" : cell(outcome === "not reached" ? "not reached" : detail)} |`,
    ),
    "",
    "## By hand",
    "",
    ...record.manual.map((line) => `- ${line}`),
    "",
  ].join("\n");
};
