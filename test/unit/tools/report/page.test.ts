import { describe, expect, test } from "vitest";
import { comparisonRows } from "../../../../tools/report/comparison.ts";
import { page } from "../../../../tools/report/html/page.ts";
import { percent } from "../../../../tools/report/html/text.ts";
import { tickOf } from "../../../../tools/report/html/timeline.ts";
import { markdown } from "../../../../tools/report/markdown.ts";
import { compareRuns } from "../../../../tools/report/regression.ts";
import { summaryLines } from "../../../../tools/report/summary.ts";
import { findRun, parseReport } from "../../../../tools/report.ts";
import { sampleRun, urns } from "./sample.ts";

const history = [3900, 4000, 4100].map((ms) => sampleRun({}, ms));
const about = (run = sampleRun({}, 8000)) => ({ run, history, comparison: compareRuns([run], history) });

describe("the page", () => {
  const html = page(about());

  test("needs nothing but itself", () => {
    expect(html).not.toMatch(/<script|<link|@import|url\(|https?:/);
    expect(html).toContain("prefers-color-scheme: dark");
    expect(html).toContain('<html lang="en">');
  });

  test("shows what the run was, its timeline, path, comparison, host, images and manual steps", () => {
    for (const text of [
      "s: up, from nothing",
      "◆ StatefulSet postgres",
      "Slower than its history.",
      "StatefulSet postgres (postgres): 4.0 s → 8.0 s, +4.0 s",
      "docker.io/library/postgres:17.10",
      "Manual steps that remain: 1",
      "75 % on average, 100 % at most",
      'aria-label="Timeline of 3 resources in 2 components',
      "All 3 resources as a table",
    ])
      expect(html).toContain(text);
  });

  test("what a failure says can't become part of the page", () => {
    const failed = page(
      about(
        sampleRun({
          outcome: "failed",
          failures: [
            {
              urn: urns.server,
              messages: ["<img src=x onerror=alert(1)>"],
              diagnosis: [{ title: "pods", lines: ["</pre>"] }],
            },
          ],
        }),
      ),
    );
    expect(failed).not.toContain("<img");
    expect(failed).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(failed).toContain("&lt;/pre&gt;");
    expect(failed).toContain("✗ StatefulSet postgres");
  });

  test("a run that left nothing but its failure has a page too", () => {
    const nothing = sampleRun({
      resources: [],
      layers: [],
      components: [],
      images: [],
      host: { intervalMs: 1000, samples: [] },
    });
    expect(page({ run: nothing, history: [], comparison: undefined })).toContain("fewer than 3 runs alike");
  });

  test("the axis has at most nine marks, and a bar stays inside", () => {
    expect([4000, 44_000, 700_000].map(tickOf)).toEqual([500, 5000, 120_000]);
    expect([percent(5, 10), percent(20, 10), percent(1, 0)]).toEqual(["50%", "100%", "0%"]);
  });
});

describe("Markdown", () => {
  test("has the times beside history and the critical path", () => {
    const text = markdown(about());
    expect(text).toContain("## ✅ s: up succeeded in 14.0 s");
    expect(text).toContain("⚠️ **Slower than its history.**");
    expect(text).toContain("| **whole run** | 14.0 s | 10.1 s | 10.0 s | +4.0 s (+40 %) |");
    expect(text).toContain("| StatefulSet postgres | 5.6 s | 8.0 s |  |");
  });

  test("no text of the run can break out of its place", () => {
    const text = markdown({
      run: sampleRun({
        images: [{ image: "a|b", source: "<b>" }],
        failures: [{ urn: urns.server, messages: ["```\n# head"], diagnosis: [] }],
      }),
      history: [],
      comparison: undefined,
    });
    expect(text).toContain("| a\\|b | \\<b\\> |");
    expect(text).toContain("````text\n```\n# head\n````");
  });
});

describe("comparison rows", () => {
  test("each layer with its components, beside the last run and the median", () => {
    expect(comparisonRows(sampleRun({}, 8000), history)).toMatchObject([
      { level: "total", currentMs: 14_000, lastMs: 10_100, medianMs: 10_000 },
      { level: "layer", name: "cluster" },
      { level: "component", name: "cluster", medianMs: 4000 },
      { level: "layer", name: "platform" },
      { level: "component", name: "postgres", currentMs: 8500, medianMs: 4500 },
    ]);
    expect(comparisonRows(sampleRun(), [])[0]).toMatchObject({ lastMs: undefined, medianMs: undefined });
  });
});

describe("the command", () => {
  test("reads its arguments", () => {
    expect(parseReport([])).toEqual({
      stacks: ["dev-fast", "dev-fast-rehearsal"],
      format: "html",
      thresholdPercent: 25,
    });
    expect(parseReport(["full", "--", "--format", "md", "--output", "x.md"])).toMatchObject({
      stacks: ["full"],
      format: "md",
      output: "x.md",
    });
    expect(() => parseReport(["--format", "pdf"])).toThrow("Formats: html, md, json");
  });

  test("finds the newest run or the one that is asked for", () => {
    const entry = (id: string) => ({ id, cluster: "kwok", temperature: "cold", outcome: "succeeded", file: "" });
    const entries = [entry("2026b-up"), entry("2026c-destroy"), entry("2026a-up")];
    const command = { stacks: ["s"] };
    expect(findRun(entries, command).id).toBe("2026c-destroy");
    expect(findRun(entries, { ...command, run: "2026a" }).id).toBe("2026a-up");
    expect(() => findRun(entries, { ...command, run: "x" })).toThrow("2026c-destroy  cold, succeeded");
    expect(() => findRun([], command)).toThrow("There is no run of s yet");
  });

  test("says in few lines how long, why, and whether that is slower", () => {
    const { run, comparison } = about();
    const text = summaryLines(run, comparison).join("\n");
    expect(text).toContain("s: up succeeded in 14.0 s (cold, kwok): 3 created");
    expect(text).toContain("longest: postgres 8.0 s, cluster-lifecycle 4.0 s");
    expect(text).toContain("+40 %  REGRESSION");
    expect(summaryLines(run, undefined).join("\n")).toContain("fewer than 3 runs alike");
  });
});
