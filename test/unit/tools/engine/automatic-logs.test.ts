import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepAutomaticLogsOff } from "../../../../tools/engine/automatic-logs.ts";

let home: string;
const logs = (): string => join(home, "logs");

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "strata-home-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("automatic logs", () => {
  it("takes their place, says why, and takes away what was written before", () => {
    mkdirSync(logs());
    writeFileSync(join(logs(), "pulumi-1.log"), "x");
    keepAutomaticLogsOff(home, {});
    keepAutomaticLogsOff(home, {});
    expect(readFileSync(logs(), "utf8")).toContain("STRATA_ENGINE_LOGS=1");
  });

  it("gives the place back to who wants them, and leaves them alone then", () => {
    keepAutomaticLogsOff(home, {});
    keepAutomaticLogsOff(home, { STRATA_ENGINE_LOGS: "1" });
    expect(existsSync(logs())).toBe(false);
    mkdirSync(logs());
    keepAutomaticLogsOff(home, { STRATA_ENGINE_LOGS: "1" });
    expect(statSync(logs()).isDirectory()).toBe(true);
  });

  it("works in a home that does not exist yet", () => {
    rmSync(home, { recursive: true });
    keepAutomaticLogsOff(home, {});
    expect(statSync(logs()).isFile()).toBe(true);
  });
});
