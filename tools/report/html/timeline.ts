// The timeline: layer by layer and component by component, each resource a bar, the critical path in full colour.
import type { RunRecord, RunResource } from "../record.ts";
import { duration, escapeHtml, percent, titleOf } from "./text.ts";

const tickChoices = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map((seconds) => seconds * 1000);

/** Milliseconds between two marks of the axis: at most nine of them. */
export const tickOf = (durationMs: number): number => tickChoices.find((tick) => durationMs / tick <= 9) ?? 7_200_000;

const key = ({ urn, startMs }: { readonly urn?: string | undefined; readonly startMs: number }): string =>
  `${urn} ${startMs}`;

const wrong = ({ outcome }: RunResource): boolean => outcome !== "done";

/** A row of its own for what is on the path, what failed, and what lasts; the rest shares one. */
const isNotable = (resource: RunResource, durationMs: number, critical: ReadonlySet<string>): boolean =>
  critical.has(key(resource)) || wrong(resource) || resource.endMs - resource.startMs >= Math.max(300, durationMs / 50);

interface Bar {
  readonly startMs: number;
  readonly endMs: number;
  readonly marks?: string;
  readonly title: string;
}

const bar = ({ startMs, endMs, marks = "", title }: Bar, wholeMs: number): string =>
  `<div class="bar ${marks}" style="left:${percent(startMs, wholeMs)};width:${percent(endMs - startMs, wholeMs)}" title="${escapeHtml(title)}"></div>`;

/** How long it took, beside the bar, on the side where there is room. */
const took = (startMs: number, endMs: number, wholeMs: number): string => {
  const text = duration(endMs - startMs);
  return endMs / wholeMs > 0.86
    ? `<span class="took left" style="left:${percent(startMs, wholeMs)}">${text}</span>`
    : `<span class="took" style="left:${percent(endMs, wholeMs)}">${text}</span>`;
};

const row = (marks: string, label: string, track: string): string =>
  `<div class="row ${marks}"><div class="label">${label}</div><div class="track">${track}</div></div>`;

const when = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): string =>
  `${duration(startMs)} to ${duration(endMs)}`;

function resourceRow(resource: RunResource, run: RunRecord, critical: ReadonlySet<string>): string {
  const onPath = critical.has(key(resource));
  const title = titleOf(resource);
  // Names of a component's resources begin with its own.
  const name = resource.name.replace(`${resource.component}-`, "");
  const label = titleOf({ ...resource, name });
  const marks = wrong(resource) ? "bad" : onPath ? "critical" : "";
  const said = `${title}: ${resource.op}, ${resource.outcome}, ${when(resource)}`;
  return row(
    `resource ${onPath ? "critical" : ""}`,
    `<i title="${escapeHtml(title)}">${onPath ? "◆ " : ""}${wrong(resource) ? "✗ " : ""}${escapeHtml(label)}</i>`,
    bar({ ...resource, marks, title: said }, run.durationMs) + took(resource.startMs, resource.endMs, run.durationMs),
  );
}

function componentRows(
  name: string | undefined,
  own: readonly RunResource[],
  run: RunRecord,
  critical: ReadonlySet<string>,
): string {
  const notable = own
    .filter((resource) => isNotable(resource, run.durationMs, critical))
    .sort((a, b) => a.startMs - b.startMs);
  const short = own.filter((resource) => !notable.includes(resource));
  const span = run.components.find((component) => component.name === name);
  const head = row(
    "component",
    escapeHtml(name ?? "providers"),
    span ? bar({ ...span, title: `${span.name}: ${when(span)}` }, run.durationMs) : "",
  );
  const rest =
    short.length === 0
      ? ""
      : row(
          "short",
          `${short.length} ${notable.length > 0 ? "shorter" : "short"} ${short.length === 1 ? "one" : "ones"}`,
          short
            .map((resource) =>
              bar({ ...resource, title: `${titleOf(resource)}: ${resource.op}, ${when(resource)}` }, run.durationMs),
            )
            .join(""),
        );
  return head + notable.map((resource) => resourceRow(resource, run, critical)).join("") + rest;
}

const legend = `<div class="legend" aria-hidden="true"><span><span class="swatch on"></span>◆ on the critical path</span><span><span class="swatch off"></span>beside it</span><span><span class="swatch bad"></span>✗ failed or unfinished</span></div>`;

export function timeline(run: RunRecord): string {
  const critical = new Set(run.criticalPath.steps.map(key));
  const tick = tickOf(run.durationMs);
  const marks = Array.from({ length: Math.floor(run.durationMs / tick) + 1 }, (_, index) => index * tick);
  const axis = row(
    "axis",
    "",
    marks
      .map(
        (at, index) =>
          `<span class="${index % 2 ? "odd" : ""}" style="left:${percent(at, run.durationMs)}">${at === 0 ? "0" : duration(at).replace(/\.0(?= s)/, "")}</span>`,
      )
      .join(""),
  );
  const groups = [...run.layers.map(({ layer }) => layer), undefined].map((layer) => {
    const own = run.resources.filter((resource) => resource.layer === layer);
    if (own.length === 0) return "";
    const span = run.layers.find((entry) => entry.layer === layer);
    const names = [...new Set(own.map(({ component }) => component))].sort(
      (a, b) => run.components.findIndex(({ name }) => name === a) - run.components.findIndex(({ name }) => name === b),
    );
    const head = span
      ? row(
          "layer",
          span.layer,
          bar({ ...span, title: `${span.layer}: ${when(span)}` }, run.durationMs) +
            took(span.startMs, span.endMs, run.durationMs),
        )
      : row("layer", "engine", "");
    const rows = names.map((name) =>
      componentRows(
        name,
        own.filter(({ component }) => component === name),
        run,
        critical,
      ),
    );
    return `<div class="l-${layer ?? "none"}">${head}${rows.join("")}</div>`;
  });
  return `${legend}<div class="chart" role="img" aria-label="Timeline of ${run.resources.length} resources in ${run.components.length} components. The table below holds the same." style="--tick:${percent(tick, run.durationMs)}">${axis}${groups.join("")}</div>`;
}

/** The same as a table, for who can't see the chart or wants the short ones. */
export function resourceTable(run: RunRecord): string {
  const critical = new Set(run.criticalPath.steps.map(key));
  const rows = [...run.resources]
    .sort((a, b) => a.startMs - b.startMs)
    .map(
      (resource) =>
        `<tr><td>${escapeHtml(resource.component ?? "")}</td><td class="break">${escapeHtml(titleOf(resource))}</td><td>${escapeHtml(resource.op)}${resource.outcome === "done" ? "" : ` <b class="worse">${resource.outcome}</b>`}</td><td class="n">${duration(resource.startMs)}</td><td class="n">${duration(resource.endMs - resource.startMs)}</td><td>${critical.has(key(resource)) ? "◆ critical" : ""}</td></tr>`,
    );
  return `<details><summary>All ${run.resources.length} resources as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="All resources"><table><thead><tr><th>Component</th><th>Resource</th><th>Operation</th><th class="n">Starts at</th><th class="n">Takes</th><th>Path</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></details>`;
}
