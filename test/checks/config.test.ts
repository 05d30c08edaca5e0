import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertmanagerConfig } from "../../layers/platform/observability/alertmanager/config.ts";
import { prometheusConfig } from "../../layers/platform/observability/prometheus/config.ts";
import { openbaoJobs } from "../../layers/platform/observability/prometheus/scrape-openbao.ts";
import { ruleFile } from "../../layers/platform/observability/rules/types.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { everyRuleGroup } from "../rules/index.ts";

const run = promisify(execFile);
const timeout = 60_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-config-"));
  // Where pods find their ServiceAccount's files; the checkers look whether they are there.
  await writeFile(join(folder, "token"), "token");
  await writeFile(join(folder, "ca.crt"), "");
  await writeFile(join(folder, "rules.yaml"), JSON.stringify(ruleFile(everyRuleGroup)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, content: unknown): Promise<string> => {
  const file = join(folder, name);
  const text = JSON.stringify(content, null, 1)
    .replaceAll("/var/run/secrets/kubernetes.io/serviceaccount", folder)
    .replaceAll("/etc/prometheus", folder);
  await writeFile(file, text);
  return file;
};

const verdict = (program: string, args: string[]): Promise<string> =>
  run(program, args).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string; stderr?: string }) => `REFUSED ${error.stdout}${error.stderr}`,
  );

const prometheus = (controlPlane: "open" | "closed") =>
  prometheusConfig({
    cluster: "test",
    retention: "24h",
    storage: "5Gi",
    scrapeInterval: "30s",
    controlPlane,
    jobs: openbaoJobs,
  });

describe("promtool", () => {
  it.each(["open", "closed"] as const)(
    "accepts the configuration, control plane %s",
    { timeout },
    async (controlPlane) => {
      const file = await write(`${controlPlane}.yaml`, prometheus(controlPlane));
      const answer = await verdict(await locate("promtool"), ["check", "config", "--lint=all", "--lint-fatal", file]);
      expect(answer).toContain("1 rule files found");
      expect(answer).toContain("is valid prometheus config file syntax");
      expect(answer).not.toContain("REFUSED");
    },
  );

  it("would refuse a misspelt key", { timeout }, async () => {
    const file = await write("wrong.yaml", { ...prometheus("open"), scrape_config: [] });
    expect(await verdict(await locate("promtool"), ["check", "config", file])).toContain(
      "field scrape_config not found",
    );
  });
});

describe("amtool", () => {
  it.each([undefined, "https://example.com/hook"])(
    "accepts the configuration, webhook %s",
    { timeout },
    async (webhook) => {
      const file = await write("alertmanager.yaml", alertmanagerConfig(webhook));
      const answer = await verdict(await locate("amtool"), ["check-config", file]);
      expect(answer).toContain("2 inhibit rules");
      expect(answer).toContain("2 receivers");
      expect(answer).not.toContain("REFUSED");
    },
  );

  it.each([
    [["alertname=Watchdog", "severity=none"], "none"],
    [["alertname=NodeMemoryHigh", "severity=warning"], "default"],
  ])("routes %j to %s", { timeout }, async (labels, receiver) => {
    const file = await write("routes.yaml", alertmanagerConfig("https://example.com/hook"));
    const answer = await verdict(await locate("amtool"), [
      "config",
      "routes",
      "test",
      `--config.file=${file}`,
      ...labels,
    ]);
    expect(answer.trim()).toBe(receiver);
  });
});
