// OpenBao in a stack and out of it again, by the real engine on a real API server. A stand-in plays the operator as its documentation
// says: it answers for tenant and cluster, and takes their finalizers away only while it runs, the tenant's only after the last cluster.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { openbaoNames } from "../../lib/openbao.ts";
import { namespaces } from "../../names.ts";
import { chartFile } from "../../tools/charts/chart.ts";
import { packManifest } from "../../tools/charts/manifest.ts";
import { ApiClient } from "../../tools/plugins/kubernetes/client.ts";
import { at, listAt, type Properties, stringAt } from "../../tools/plugins/rpc/values.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { charts } from "../../versions.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";
import { type Engine, type RunResult, startEngine } from "../plugins/engine.ts";
import { definitions } from "../support/openbao/definitions.ts";

const names = openbaoNames("bao");
const root = "/apis/openbao.org/v1alpha1";

const expectOk = (result: RunResult): void => {
  if (result.code !== 0) throw new Error(`the run ended with ${result.code}:\n${result.output}`);
};

/** The charts that the program installs: definitions from the documented fields, and a Deployment in the operator's place. */
const packCharts = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  const { openbaoDefinitions, openbaoOperator } = charts;
  const manifest = definitions()
    .map((definition) => stringify(definition))
    .join("---\n");
  writeFileSync(
    join(folder, chartFile({ key: "openbaoDefinitions", ...openbaoDefinitions })),
    packManifest({ key: "openbaoDefinitions", ...openbaoDefinitions }, Buffer.from(manifest)),
  );
  const source = join(folder, "source", openbaoOperator.name);
  mkdirSync(join(source, "templates"), { recursive: true });
  writeFileSync(
    join(source, "Chart.yaml"),
    stringify({ apiVersion: "v2", name: openbaoOperator.name, version: openbaoOperator.version }),
  );
  writeFileSync(
    join(source, "templates", "operator.yaml"),
    stringify({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "operator" },
      spec: {
        selector: { matchLabels: { app: "operator" } },
        template: {
          metadata: { labels: { app: "operator" } },
          spec: {
            securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name: "operator",
                image: "example.com/stand-in:1",
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              },
            ],
          },
        },
      },
    }),
  );
  execFileSync(await locate("helm"), ["package", source, "--destination", folder], { stdio: "ignore" });
};

class StandIn {
  readonly seen: string[] = [];
  readonly #client: ApiClient;
  #ended = false;
  #loop: Promise<void> | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  start(): void {
    this.#loop = (async () => {
      while (!this.#ended) {
        // Between two looks an object or its definition may go.
        await this.#look().catch(() => undefined);
        await sleep(100);
      }
    })();
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#loop;
  }

  async list(resource: string): Promise<readonly Properties[]> {
    return listAt(await this.#client.send({ path: `${root}/${resource}` }), "items") as readonly Properties[];
  }

  async #patch(path: string, body: Properties): Promise<void> {
    await this.#client.send({
      method: "PATCH",
      path,
      body,
      contentType: "application/merge-patch+json",
    });
  }

  async #look(): Promise<void> {
    const deployment = `/apis/apps/v1/namespaces/${namespaces.openbaoOperator}/deployments/operator`;
    await this.#client.send({ path: deployment });
    const clusters = await this.list("openbaoclusters");
    for (const cluster of clusters)
      await this.#keep(cluster, "openbaoclusters", ["Available", "OpenBaoInitialized"], () => true);
    for (const tenant of await this.list("openbaotenants"))
      await this.#keep(tenant, "openbaotenants", ["Provisioned"], () => clusters.length === 0);
  }

  async #keep(object: Properties, resource: string, conditions: readonly string[], mayGo: () => boolean) {
    const name = stringAt(object, "metadata", "name") ?? "";
    const path = `${root}/namespaces/${stringAt(object, "metadata", "namespace")}/${resource}/${name}`;
    const finalizers = listAt(object, "metadata", "finalizers");
    if (at(object, "metadata", "deletionTimestamp") !== undefined) {
      if (!mayGo()) return;
      this.seen.push(`${name} cleaned up`);
      await this.#patch(path, { metadata: { finalizers: [] } });
    } else if (finalizers.length === 0) {
      this.seen.push(`${name} taken on`);
      await this.#patch(path, { metadata: { finalizers: [`openbao.org/${resource}-finalizer`] } });
      const now = new Date().toISOString();
      await this.#patch(`${path}/status`, {
        status: {
          ...(resource === "openbaotenants" && { provisioned: true }),
          conditions: conditions.map((type) => ({
            type,
            status: "True",
            reason: "StandIn",
            message: "",
            lastTransitionTime: now,
          })),
        },
      });
    }
  }
}

let cluster: TestCluster;
let engine: Engine;
let client: ApiClient;
let operator: StandIn;

beforeAll(async () => {
  [cluster, engine] = await Promise.all([startCluster(), startEngine("openbao-fixture")]);
  await packCharts(join(engine.program, ".strata", "charts"));
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  client = new ApiClient(config, { requestsPerSecond: 100, burst: 100, timeoutSeconds: 30 });
  operator = new StandIn(client);
  operator.start();
  Object.assign(engine.env, { STRATA_HELM: await locate("helm") });
  await engine.config({ kubeconfig: cluster.kubeconfig, repository });
}, 300_000);

afterAll(async () => {
  await operator?.stop();
  client?.close();
  await engine?.close();
  await cluster?.stop();
}, 120_000);

const left = async (): Promise<string[]> => {
  const spaces = listAt(await client.send({ path: "/api/v1/namespaces" }), "items") as readonly Properties[];
  const crds = listAt(
    await client.send({ path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions" }),
    "items",
  ) as readonly Properties[];
  return [...spaces, ...crds]
    .map((object) => stringAt(object, "metadata", "name") ?? "")
    .filter((name) => /openbao/.test(name));
};

describe.sequential("OpenBao by its operator (a stand-in)", { timeout: 300_000 }, () => {
  test("comes up when the operator says so, tenant before cluster, and a second time nothing changes", async () => {
    expectOk(await engine.run("up"));
    expect(operator.seen).toEqual([`${names.tenant} taken on`, `${names.cluster} taken on`]);
    expect(await left()).toHaveLength(5);
    const again = await engine.run("up");
    expectOk(again);
    expect(again.operations).toEqual([]);
  });

  test("taken out of the stack it goes without a finalizer left: cluster, tenant, operator, definitions", async () => {
    await engine.config({ openbao: "false" });
    expectOk(await engine.run("up"));
    expect(operator.seen.slice(2)).toEqual([`${names.cluster} cleaned up`, `${names.tenant} cleaned up`]);
    expect(await left()).toEqual([]);
  });

  test("and so does a destroy of the whole stack", async () => {
    await engine.config({ openbao: "true" });
    expectOk(await engine.run("up"));
    operator.seen.length = 0;
    expectOk(await engine.run("destroy"));
    expect(operator.seen).toEqual([`${names.cluster} cleaned up`, `${names.tenant} cleaned up`]);
    expect(await left()).toEqual([]);
  });
});
