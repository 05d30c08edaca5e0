// The whole report of a run as one HTML file that needs nothing else: no network, no script, no library.
import { describeCounts } from "../../engine/report.ts";
import { comparisonRows } from "../comparison.ts";
import type { RunRecord } from "../record.ts";
import type { Comparison, Growth } from "../regression.ts";
import { growthText, incomparable, verdict } from "../summary.ts";
import { hostCharts } from "./host.ts";
import { style } from "./style.ts";
import { comparisonTable, failureBlocks, imagesTable, manualTable, pathTable } from "./tables.ts";
import { bytes, duration, escapeHtml, machineLine, moment, signedPercent } from "./text.ts";
import { resourceTable, timeline } from "./timeline.ts";

export interface PageArgs {
  readonly run: RunRecord;
  /** Succeeded runs alike that came before, oldest first. */
  readonly history: readonly RunRecord[];
  /** Undefined where the history is too short. */
  readonly comparison: Comparison | undefined;
}

const section = (title: string, body: string, note = ""): string =>
  body === "" ? "" : `<section><h2>${title}</h2>${note === "" ? "" : `<p class="note">${note}</p>`}${body}</section>`;

const tile = (name: string, value: string, says: string): string =>
  `<div class="tile"><span class="name">${name}</span><b>${escapeHtml(value)}</b><span>${escapeHtml(says)}</span></div>`;

function tiles({ run, comparison }: PageArgs): string {
  const { samples } = run.host;
  const memory = Math.max(0, ...samples.map(({ memoryUsedBytes }) => memoryUsedBytes));
  const cpu = samples.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0) / Math.max(1, samples.length);
  const versus = comparison
    ? tile(
        "Against history",
        signedPercent(comparison.percent),
        `median of ${comparison.runs} runs: ${duration(comparison.medianMs)}`,
      )
    : tile("Against history", "–", incomparable(run));
  return `<div class="tiles">${[
    tile("Whole run", duration(run.durationMs), describeCounts(run.counts)),
    tile(
      "Critical path",
      duration(run.criticalPath.lengthMs),
      `wall time is ${run.criticalPath.ratio.toFixed(2)} times that; 1.00 is ideal`,
    ),
    versus,
    tile("Processor", samples.length === 0 ? "–" : `${cpu.toFixed(0)} %`, `average of ${run.machine.cores} cores`),
    tile("Memory", samples.length === 0 ? "–" : bytes(memory), "in use on the host at most"),
  ].join("")}</div>`;
}

const alert = (comparison: Comparison | undefined): string => {
  if (!comparison?.regressed) return "";
  const items = comparison.grown.map((growth: Growth) => `<li>${escapeHtml(growthText(growth))}</li>`);
  return `<div class="alert" role="note"><b>Slower than its history.</b> ${escapeHtml(verdict(comparison))}<ul>${items.join("")}</ul></div>`;
};

const facts = (run: RunRecord): string => {
  const { versions, commit } = run;
  const parts = [
    moment(run.startedAt),
    ...(commit ? [`commit ${commit.sha.slice(0, 12)}${commit.dirty ? " with changes" : ""}`] : []),
    `strata ${versions.strata}`,
    ...(versions.kubernetes ? [`Kubernetes ${versions.kubernetes}`] : []),
    `Pulumi ${versions.pulumi} with ${versions.plugins} plugins`,
    `Node ${versions.node}`,
  ];
  return `<p class="soft">${escapeHtml(parts.join(" · "))}<br>${escapeHtml(machineLine(run.machine))}</p>`;
};

const temperatures: Readonly<Record<RunRecord["temperature"], string>> = {
  cold: "from nothing",
  changed: "on what was there",
  unchanged: "nothing changed",
};

export function page(args: PageArgs): string {
  const { run, history, comparison } = args;
  const title = `${run.stack}: ${run.action}, ${temperatures[run.temperature]}`;
  const good = run.outcome === "succeeded";
  const simulated =
    run.cluster === "kwok" ? " The nodes are simulated: pods take no time, the API server and the engine do." : "";
  const operations = Object.entries(run.counts)
    .map(([op, count]) => `${count} ${op}`)
    .join(", ");
  const body = [
    `<header><h1>${escapeHtml(title)} <span class="badge ${good ? "good" : "bad"}">${good ? "✓" : "✗"} ${run.outcome}</span></h1>${facts(run)}</header>`,
    tiles(args),
    alert(comparison),
    section("Failures", failureBlocks(run.failures)),
    run.resources.length === 0
      ? ""
      : section(
          "Timeline",
          timeline(run) + resourceTable(run),
          `Each bar is one resource, from the engine's first word of it to its last. Cluster: ${escapeHtml(run.cluster)}.${simulated} Steps: ${escapeHtml(operations)}.`,
        ),
    section(
      "Critical path",
      pathTable(run),
      "From the end of the run back to its start, each step to the one that it waited for last. Only what is on it makes the run shorter.",
    ),
    history.length === 0 || !good
      ? ""
      : section(
          "Compared with earlier runs",
          comparisonTable(comparisonRows(run, history), history.length),
          "Succeeded runs of the same stack, cluster kind and kind of run, on the same kind of machine.",
        ),
    section("Host", hostCharts(run)),
    run.images.length === 0
      ? ""
      : section("Images", imagesTable(run.images), "Where each image came from in this run."),
    run.manualSteps.length === 0
      ? ""
      : section(
          `Manual steps that remain: ${run.manualSteps.length}`,
          manualTable(run.manualSteps),
          "What a human had to do before this run could work. The aim is none.",
        ),
    `<footer>Run ${escapeHtml(run.id)} · purpose ${run.purpose} · machine ${escapeHtml(run.machine.fingerprint)} · record version ${run.version}</footer>`,
  ].join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main>
${body}
</main></body></html>
`;
}
