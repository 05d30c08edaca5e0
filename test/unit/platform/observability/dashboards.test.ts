import { describe, expect, it } from "vitest";
import { dashboard } from "../../../../layers/platform/observability/dashboards/dashboard.ts";
import {
  allQueries,
  dashboards as common,
  dashboardsOf,
} from "../../../../layers/platform/observability/dashboards/index.ts";
import type { Panel } from "../../../../layers/platform/observability/dashboards/model.ts";
import { lines, mayBeEmpty, number, table } from "../../../../layers/platform/observability/dashboards/panels.ts";
import { dataSources } from "../../../../layers/platform/observability/grafana/provisioning.ts";

const args = { title: "T", description: "D", unit: "short" };
const panel = (width?: number) => lines({ ...args, series: [["up", "x"]], ...(width !== undefined && { width }) });
const isPanel = (item: { type: string }): item is Panel => item.type !== "row";
const dashboards = dashboardsOf({ openbao: {} });
const panelsOf = (uid: string) => dashboards.find((item) => item.uid === uid)?.panels.filter(isPanel) ?? [];

const urls = { prometheus: "p", alertmanager: "a", loki: "l", tempo: "t" };
const sources = dataSources({ urls, scrapeInterval: "30s" }).datasources;

describe("layout", () => {
  const places = (...widths: (number | undefined)[]) =>
    dashboard({
      uid: "u",
      title: "t",
      description: "d",
      tags: [],
      rows: [{ title: "r", height: 8, panels: widths.map(panel) }],
    })
      .panels.filter(isPanel)
      .map(({ gridPos: { x, y, w } }) => [x, y, w]);

  it("shares a row evenly", () => {
    expect(places(undefined, undefined, undefined)).toEqual([
      [0, 1, 8],
      [8, 1, 8],
      [16, 1, 8],
    ]);
  });

  it("leaves the rest of a row to panels without a width", () => {
    expect(places(6, undefined, 8)).toEqual([
      [0, 1, 6],
      [6, 1, 10],
      [16, 1, 8],
    ]);
  });

  it("wraps what does not fit", () => {
    expect(places(16, 16)).toEqual([
      [0, 1, 16],
      [0, 9, 16],
    ]);
  });
});

describe("panels", () => {
  it("puts a query on one line, and the legend beside it", () => {
    expect(lines({ ...args, series: [["sum(\n  up\n)", "{{job}}"]] }).targets).toEqual([
      {
        refId: "A",
        datasource: { type: "prometheus", uid: "prometheus" },
        expr: "sum( up )",
        legendFormat: "{{job}}",
        exemplar: false,
      },
    ]);
  });

  it("colours a number from its steps on, and leaves it neutral without", () => {
    expect(number({ ...args, expr: "up", steps: [[1, "red"]] }).fieldConfig.defaults.thresholds?.steps).toEqual([
      { value: null, color: "green" },
      { value: 1, color: "red" },
    ]);
    expect(number({ ...args, expr: "up" }).fieldConfig.defaults.thresholds?.steps).toEqual([
      { value: null, color: "text" },
    ]);
  });

  it("shows what an empty panel means where it may be empty, and only there", () => {
    const line = { ...args, series: [["up", "x"]] as const };
    expect(mayBeEmpty(lines(line))).toBe(false);
    expect(mayBeEmpty(number({ ...args, expr: "up" }))).toBe(false);
    const quiet = lines({ ...line, empty: "no errors" });
    expect(mayBeEmpty(quiet)).toBe(true);
    expect(quiet.fieldConfig.defaults.noValue).toBe("no errors");
    expect(mayBeEmpty(number({ ...args, expr: "up", empty: "no requests" }))).toBe(true);
  });

  it("names the columns of a table, for one query and for several", () => {
    const names = (series: [string, string][]) => table({ ...args, series }).transformations?.[1]?.options;
    expect(names([["a", "A1"]])).toMatchObject({ renameByName: { "Value #A": "A1", Value: "A1" } });
    expect(
      names([
        ["a", "A1"],
        ["b", "B1"],
      ]),
    ).toEqual({ excludeByName: { Time: true }, renameByName: { "Value #A": "A1", "Value #B": "B1" } });
  });
});

describe("all dashboards", () => {
  it("have uids of their own, that never change", () => {
    expect(dashboards.map(({ uid }) => uid).toSorted()).toEqual([
      "k8s-cluster-overview",
      "sample-app-overview",
      "strata-apps",
      "strata-garage",
      "strata-nodes",
      "strata-openbao",
      "strata-postgres",
      "strata-telemetry",
      "strata-traefik",
    ]);
  });

  it("have that of OpenBao only where there is one", () => {
    expect(dashboardsOf({})).toEqual(common);
    expect(common.map(({ uid }) => uid)).not.toContain("strata-openbao");
  });

  it.each(dashboards.map((item) => [item.uid, item] as const))("%s: ids are unique and nothing overlaps", (_, item) => {
    expect(new Set(item.panels.map(({ id }) => id)).size).toBe(item.panels.length);
    const cells = new Set<string>();
    let count = 0;
    for (const { gridPos } of item.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          cells.add(`${x},${y}`);
          count += 1;
        }
    }
    expect(cells.size).toBe(count);
  });

  it.each(dashboards.map((item) => [item.uid, item] as const))(
    "%s: panels say what they show, in a unit",
    (_, item) => {
      const panels = item.panels.filter(isPanel);
      expect(panels.length).toBeGreaterThan(3);
      for (const { title, description, datasource, type, fieldConfig, targets } of panels) {
        expect(title?.length, "title").toBeGreaterThan(0);
        expect(description?.length, `description of ${title}`).toBeGreaterThan(10);
        expect(targets.length, `queries of ${title}`).toBeGreaterThan(0);
        // Lines and traces are text.
        if (type !== "logs" && datasource.uid !== "tempo")
          expect(fieldConfig.defaults.unit, `unit of ${title}`).toBeTypeOf("string");
      }
    },
  );

  it("use data sources that exist, of their type", () => {
    const known = new Map(sources.map(({ uid, type }) => [uid, type]));
    const used = dashboards.flatMap(({ panels }) =>
      panels.filter(isPanel).flatMap(({ datasource, targets }) => [datasource, ...targets.map((t) => t.datasource)]),
    );
    expect(used.length).toBeGreaterThan(200);
    for (const { uid, type } of used) expect(known.get(uid)).toBe(type);
  });

  it("have queries whose variables are all known, and whose brackets close", () => {
    const queries = allQueries(dashboards);
    expect(queries.length).toBeGreaterThan(100);
    for (const { expr, panel, datasource } of queries) {
      expect(expr, panel).not.toMatch(/\$|undefined|\[object/);
      for (const [open, close] of ["()", "{}", "[]"].map((pair) => [...pair]))
        expect(expr.split(open ?? "").length, `${panel}: ${expr}`).toBe(expr.split(close ?? "").length);
      // A rate over a fixed window has gaps as soon as somebody scrapes less often.
      if (datasource === "prometheus") expect(expr.length).toBeGreaterThan(2);
    }
  });
});

describe("panels of the predecessor", () => {
  it("cluster overview: fourteen", () => {
    expect(panelsOf("k8s-cluster-overview").map(({ title }) => title)).toEqual([
      "Nodes",
      "Running pods",
      "Pending pods",
      "Failed pods",
      "CPU",
      "Memory",
      "Node CPU",
      "Node memory",
      "Restarts, top 10",
      "Pods by namespace",
      "CPU requests and use",
      "Memory requests and use",
      "Disk",
      "Network",
    ]);
  });

  it("sample app: four", () => {
    expect(panelsOf("sample-app-overview").map(({ title }) => title)).toEqual([
      "Request rate",
      "Error rate",
      "Request duration",
      "Total requests",
    ]);
  });
});
