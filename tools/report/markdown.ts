// A run as Markdown, for the summary of a CI job. Pure.
import { nameOf } from "../engine/events.ts";
import { describeCounts } from "../engine/report.ts";
import { duration } from "../terminal/duration.ts";
import { comparisonRows } from "./comparison.ts";
import type { PageArgs } from "./html/page.ts";
import { difference, kindOf, machineLine, moment, signedPercent } from "./html/text.ts";
import { fenced, table } from "./markdown-text.ts";
import { growthText, verdict } from "./summary.ts";

export function markdown({ run, history, comparison }: PageArgs): string {
  const { criticalPath: path, commit, versions } = run;
  const kinds = new Map(run.resources.map(({ urn, type }) => [urn, kindOf(type)]));
  const lines = [
    `## ${run.outcome === "succeeded" ? "✅" : "❌"} ${run.stack}: ${run.action} ${run.outcome} in ${duration(run.durationMs)}`,
    "",
    `${run.temperature} on ${run.cluster} · ${describeCounts(run.counts)} · ${moment(run.startedAt)}${commit ? ` · ${commit.sha.slice(0, 12)}${commit.dirty ? " with changes" : ""}` : ""} · Pulumi ${versions.pulumi}, ${versions.plugins} plugins`,
    "",
    machineLine(run.machine),
    "",
    ...(comparison
      ? [`${comparison.regressed ? "⚠️ **Slower than its history.**" : "History:"} ${verdict(comparison)}`, ""]
      : []),
    ...(comparison?.regressed ? [...comparison.grown.map((growth) => `- ${growthText(growth)}`), ""] : []),
    ...run.failures.flatMap(({ urn, messages, diagnosis }) => [
      `### ${urn === "" ? "The program or the engine" : nameOf(urn)} failed`,
      "",
      fenced([...messages, ...diagnosis.flatMap(({ title, lines: said }) => [`${title}:`, ...said])].join("\n")),
      "",
    ]),
    "### Times",
    "",
    ...table(
      ["", "#this run", "#last run", `#median of ${history.length}`, "#against it"],
      comparisonRows(run, history).map(({ level, name, currentMs, lastMs, medianMs }) => [
        level === "component" ? `  ${name}` : `**${name}**`,
        duration(currentMs),
        lastMs === undefined ? "" : duration(lastMs),
        medianMs === undefined ? "" : duration(medianMs),
        medianMs === undefined
          ? ""
          : `${difference(currentMs - medianMs)}${medianMs > 0 ? ` (${signedPercent(((currentMs - medianMs) / medianMs) * 100)})` : ""}`,
      ]),
    ),
    `### Critical path: ${duration(path.lengthMs)}, wall time is ${path.ratio.toFixed(2)} times that`,
    "",
    ...table(
      ["step", "#starts at", "#takes", "#idle before"],
      path.steps.map(({ urn, name, startMs, endMs, idleMs }) => [
        `${kinds.get(urn ?? "") ?? ""} ${name}`.trim(),
        duration(startMs),
        duration(endMs - startMs),
        idleMs < 50 ? "" : duration(idleMs),
      ]),
    ),
    ...(run.images.length > 0
      ? [
          "### Images",
          "",
          ...table(
            ["image", "source"],
            run.images.map(({ image, source }) => [image, source]),
          ),
        ]
      : []),
    ...(run.manualSteps.length > 0
      ? [
          `### Manual steps that remain: ${run.manualSteps.length}`,
          "",
          ...table(
            ["step", "layer", "why", "owner", "what would remove it"],
            run.manualSteps.map(({ id, layer, why, owner, remove }) => [id, layer, why, owner, remove]),
          ),
        ]
      : []),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
