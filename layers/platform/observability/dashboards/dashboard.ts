// A dashboard from rows of panels: ids and places follow from the order, so none is written down and none can overlap.
import type { Dashboard, Panel, Row, Variable } from "./model.ts";
import type { PanelSpec } from "./panels.ts";

const columns = 24;

export interface RowSpec {
  readonly title: string;
  /** Grid units of about 30 px. */
  readonly height: number;
  readonly panels: readonly PanelSpec[];
}

export interface DashboardSpec {
  /** Part of the URL, so it never changes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly variables?: readonly Variable[];
  readonly rows: readonly RowSpec[];
}

/** Widths of a row's panels: the ones that are stated, and even shares of the rest. */
const widths = (row: RowSpec): number[] => {
  const stated = row.panels.reduce((sum, panel) => sum + (panel.width ?? 0), 0);
  const open = row.panels.filter((panel) => panel.width === undefined).length;
  return row.panels.map((panel) => panel.width ?? Math.floor((columns - stated) / open));
};

const layout = (rows: readonly RowSpec[]): (Panel | Row)[] => {
  const placed: (Panel | Row)[] = [];
  let y = 0;
  let id = 0;
  for (const row of rows) {
    id += 1;
    placed.push({
      id,
      type: "row",
      title: row.title,
      collapsed: false,
      gridPos: { h: 1, w: columns, x: 0, y },
      panels: [],
    });
    y += 1;
    const share = widths(row);
    let x = 0;
    row.panels.forEach(({ width: _, ...panel }, index) => {
      const w = share[index] ?? columns;
      if (x + w > columns) {
        x = 0;
        y += row.height;
      }
      id += 1;
      placed.push({ id, ...panel, gridPos: { h: row.height, w, x, y } });
      x += w;
    });
    y += row.height;
  }
  return placed;
};

/** A choice above the dashboard, filled with the values of a label; all of them at first. */
export const variable = (name: string, label: string, values: string): Variable => ({
  name,
  label,
  type: "query",
  datasource: { type: "prometheus", uid: "prometheus" },
  query: { query: values, refId: name },
  definition: values,
  refresh: 2,
  sort: 1,
  includeAll: true,
  multi: true,
  allValue: ".*",
  current: { text: "All", value: "$__all" },
});

export const dashboard = (spec: DashboardSpec): Dashboard => ({
  uid: spec.uid,
  title: spec.title,
  description: spec.description,
  tags: ["strata", ...spec.tags],
  timezone: "browser",
  schemaVersion: 42,
  editable: false,
  refresh: "30s",
  // Shared crosshair: the same moment in every panel.
  graphTooltip: 1,
  time: { from: "now-1h", to: "now" },
  templating: { list: spec.variables ?? [] },
  links: [
    {
      title: "strata",
      type: "dashboards",
      icon: "external link",
      tooltip: "",
      tags: ["strata"],
      asDropdown: true,
      targetBlank: false,
      includeVars: false,
      keepTime: true,
    },
  ],
  panels: layout(spec.rows),
});
