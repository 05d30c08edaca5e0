// k3d itself reads the file: `config migrate` checks it against its own schema and prints what it understood, without an engine.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import type { K3dConfig } from "../../config/schema.ts";
import { k3dConfig } from "../../layers/cluster/k3d-config.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { k3sImages, kubernetesVersions } from "../../versions.ts";

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-k3d-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const understood = async (yaml: string): Promise<unknown> => {
  const [file, output] = [join(folder, "cluster.yaml"), join(folder, "understood.yaml")];
  await writeFile(file, yaml);
  await run(await locate("k3d"), ["config", "migrate", file, output], { env: { ...process.env, LOG_COLORS: "false" } });
  return parse(await readFile(output, "utf8"));
};

const render = (changes: Partial<K3dConfig>) => {
  const config: K3dConfig = { kind: "k3d", kubernetes: "1.34", agents: 0, timeoutSeconds: 300, ...changes };
  return k3dConfig("strata-test", config, k3sImages[config.kubernetes]);
};

it.each([...kubernetesVersions])(
  "k3d takes the file for Kubernetes %s, and nothing in it is lost",
  async (kubernetes) => {
    const { data, yaml } = render({ kubernetes, agents: 2, apiServerPort: 6550 });
    const { options, ...rest } = data;
    // It prints no switch that is off: those of the kubeconfig.
    const { kubeconfig: _off, ...on } = options;
    expect(await understood(yaml)).toMatchObject({ ...rest, options: on });
  },
);

it("k3d takes it without agents, and without a port for the API server", async () => {
  const { data, yaml } = render({});
  expect(await understood(yaml)).toMatchObject({ servers: 1, image: data.image, kubeAPI: { hostIP: "127.0.0.1" } });
});

it("a key that k3d does not know is refused, so the above says something", async () => {
  const { yaml } = render({});
  await expect(understood(yaml.replace("disableLoadbalancer", "disableLoadBalancer"))).rejects.toThrow(
    /Additional property disableLoadBalancer is not allowed/,
  );
});
