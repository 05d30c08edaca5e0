import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentConfig } from "../../layers/platform/observability/collector/agent.ts";
import { gatewayConfig } from "../../layers/platform/observability/collector/gateway.ts";
import { lokiConfig } from "../../layers/platform/observability/loki/config.ts";
import { tempoConfig } from "../../layers/platform/observability/tempo/config.ts";
import { otelCollectorBinary } from "../../tools/image/build.ts";
import { onPath } from "../../tools/toolchain/locate.ts";

const run = promisify(execFile);
const timeout = 60_000;
/** The collector is built from its recipe the first time. */
const buildTimeout = 1_800_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-telemetry-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const env = {
  NODE_NAME: "node-1",
  S3_BUCKET: "bucket",
  S3_ACCESS_KEY_ID: "GK1",
  S3_SECRET_ACCESS_KEY: "secret",
};

/** What a program says of a configuration: the exit code and everything it printed. */
const verdict = async (program: string, args: (file: string) => string[], config: unknown): Promise<string> => {
  const file = join(folder, "config.yaml");
  await writeFile(file, JSON.stringify(config, null, 2));
  return run(program, args(file), { env }).then(
    ({ stdout, stderr }) => `0 ${stdout}${stderr}`,
    (error: { code?: number; stdout?: string; stderr?: string }) => `${error.code} ${error.stdout}${error.stderr}`,
  );
};

describe("otelcol validate", () => {
  let program: string;
  beforeAll(async () => {
    program = await otelCollectorBinary();
  }, buildTimeout);
  const args = (file: string) => ["validate", `--config=${file}`];
  const gateway = gatewayConfig({
    tempo: "tempo:4317",
    prometheusUrl: "http://prometheus:9090",
    lokiUrl: "http://loki:3100",
  });
  const agent = () =>
    agentConfig({ gateway: "otel-collector:4317", namespace: "node-agents", workload: "otel-agent", state: folder });

  it("accepts the gateway's configuration", { timeout }, async () => {
    expect(await verdict(program, args, gateway)).toBe("0 ");
  });

  it("accepts the agent's configuration", { timeout }, async () => {
    expect(await verdict(program, args, agent())).toBe("0 ");
  });

  it("would refuse a component that the recipe does not contain", { timeout }, async () => {
    const config = { ...gateway, exporters: { ...gateway.exporters, "otlp_http/prometheus": undefined, kafka: {} } };
    expect(await verdict(program, args, config)).toContain('unknown type: "kafka"');
  });

  it("would refuse a misspelt key", { timeout }, async () => {
    const config = { ...gateway, processors: { ...gateway.processors, batch: { timeut: "1s" } } };
    expect(await verdict(program, args, config)).toContain("timeut");
  });
});

// Neither has a quick build from Go modules: they are checked on machines that have them.
const [loki] = onPath("loki");
const [tempo] = onPath("tempo");
const store = {
  access: "key",
  endpoint: "http://garage.storage.svc.cluster.local:3900",
  region: "garage",
} as const;
const s3 = { access: "identity", endpoint: "https://s3.eu-central-1.amazonaws.com", region: "eu-central-1" } as const;

describe.skipIf(loki === undefined)("loki -verify-config", () => {
  const args = (file: string) => [`-config.file=${file}`, "-config.expand-env=true", "-verify-config"];
  const config = lokiConfig({ retention: "168h", store });

  it("accepts the configuration", { timeout }, async () => {
    expect(await verdict(loki ?? "", args, config)).toContain("config is valid");
  });

  it("accepts the configuration for buckets of AWS", { timeout }, async () => {
    const onAws = lokiConfig({ retention: "168h", store: s3 });
    expect(await verdict(loki ?? "", args, onAws)).toContain("config is valid");
  });

  it("would refuse a misspelt key", { timeout }, async () => {
    expect(await verdict(loki ?? "", args, { ...config, compacter: {} })).toContain("field compacter not found");
  });
});

describe.skipIf(tempo === undefined)("tempo -config.verify", () => {
  const args = (file: string) => [`-config.file=${file}`, "-config.expand-env=true", "-config.verify=true"];
  const config = tempoConfig({ retention: "24h", store, prometheusUrl: "http://prometheus:9090" });

  it("accepts the configuration", { timeout }, async () => {
    expect(await verdict(tempo ?? "", args, config)).toMatch(/^0 /);
  });

  it("accepts the configuration for buckets of AWS", { timeout }, async () => {
    const onAws = tempoConfig({ retention: "24h", store: s3, prometheusUrl: "http://prometheus:9090" });
    expect(await verdict(tempo ?? "", args, onAws)).toMatch(/^0 /);
  });

  it("would refuse a misspelt key", { timeout }, async () => {
    expect(await verdict(tempo ?? "", args, { ...config, compacter: {} })).toContain("field compacter not found");
  });
});
