// The page's tables: critical path, comparison, counts, images, failures, manual steps.
import { nameOf } from "../../engine/events.ts";
import type { ComparisonRow } from "../comparison.ts";
import type { RunRecord } from "../record.ts";
import { difference, duration, escapeHtml, kindOf, percent, signedPercent } from "./text.ts";

const table = (head: readonly string[], rows: readonly string[], label: string): string =>
  `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${head.map((name) => (name.startsWith("#") ? `<th class="n">${name.slice(1)}</th>` : `<th>${name}</th>`)).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;

const dot = (layer: string | undefined): string =>
  `<span class="l-${layer ?? "none"}"><span class="dot"></span></span>`;

export function pathTable(run: RunRecord): string {
  const kinds = new Map(run.resources.map(({ urn, type }) => [urn, type]));
  const rows = run.criticalPath.steps.map(({ urn, name, layer, startMs, endMs, idleMs }) => {
    const type = kinds.get(urn ?? "");
    return `<tr><td class="break">${dot(layer)}${type === undefined ? "" : `<span class="soft">${escapeHtml(kindOf(type))}</span> `}${escapeHtml(name)}</td><td class="n">${duration(startMs)}</td><td class="n">${duration(endMs - startMs)}</td><td class="n">${percent(
      endMs - startMs,
      run.durationMs,
    )
      .replace(/\..*/, "")
      .replace("%", "")} %</td><td class="n">${idleMs < 50 ? "" : duration(idleMs)}</td></tr>`;
  });
  return table(["Step", "#Starts at", "#Takes", "#Of the run", "#Idle before"], rows, "Critical path");
}

const delta = (ms: number, base: number): string => {
  const share = base > 0 ? (ms / base) * 100 : 0;
  const mark = Math.abs(ms) < 100 || Math.abs(share) < 5 ? "" : ms > 0 ? "worse" : "better";
  return `<span class="${mark}">${difference(ms)}${base > 0 ? ` (${signedPercent(share)})` : ""}</span>`;
};

export function comparisonTable(rows: readonly ComparisonRow[], runs: number): string {
  const body = rows.map(
    ({ name, level, currentMs, lastMs, medianMs }) =>
      `<tr class="${level === "total" ? "total" : level === "component" ? "sub" : ""}"><td>${escapeHtml(name)}</td><td class="n">${duration(currentMs)}</td><td class="n">${lastMs === undefined ? "–" : duration(lastMs)}</td><td class="n">${medianMs === undefined ? "–" : duration(medianMs)}</td><td class="n">${medianMs === undefined ? "" : delta(currentMs - medianMs, medianMs)}</td></tr>`,
  );
  return table(
    ["", "#This run", "#Last run", `#Median of ${runs}`, "#Against the median"],
    body,
    "Comparison with earlier runs",
  );
}

export const imagesTable = (images: RunRecord["images"]): string =>
  table(
    ["Image", "Source"],
    images.map(
      ({ image, source }) =>
        `<tr><td class="break"><code>${escapeHtml(image)}</code></td><td>${escapeHtml(source)}</td></tr>`,
    ),
    "Images",
  );

export const failureBlocks = (failures: RunRecord["failures"]): string =>
  failures
    .filter(({ messages, urn }) => messages.length > 0 || urn !== "")
    .map(({ urn, messages, diagnosis }) => {
      const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
      const title = urn === "" ? "The program or the engine" : `${kindOf(type)} ${nameOf(urn)}`;
      const parts = diagnosis.map(
        (part) => `<h3>${escapeHtml(part.title)}</h3><pre>${escapeHtml(part.lines.join("\n"))}</pre>`,
      );
      return `<h3 class="worse">✗ ${escapeHtml(title)}</h3>${messages.map((message) => `<pre>${escapeHtml(message)}</pre>`).join("")}${parts.join("")}`;
    })
    .join("");

export const manualTable = (steps: RunRecord["manualSteps"]): string =>
  table(
    ["Step", "Layer", "Why it is there", "Owner", "What would remove it"],
    steps.map(
      ({ id, layer, why, owner, remove }) =>
        `<tr><td><code>${escapeHtml(id)}</code></td><td>${escapeHtml(layer)}</td><td>${escapeHtml(why)}</td><td>${escapeHtml(owner)}</td><td>${escapeHtml(remove)}</td></tr>`,
    ),
    "Manual steps",
  );
