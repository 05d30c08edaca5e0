// Who waits for whom: the edges that make a cold start fast, proven on the recorded plan.
import { describe, expect, test } from "vitest";
import strata from "../../index.ts";
import { recordPlan } from "../../tools/plan/record.ts";
import { stackConfig } from "../support/stack-file.ts";
import { planOf } from "../support/stack-plan.ts";

/** dev-fast with Cilium in the place of kind's own network. */
const withCilium = (): Record<string, string> => {
  const config = stackConfig("dev-fast");
  const network = JSON.parse(config["strata:network"] ?? "{}") as object;
  return { ...config, "strata:network": JSON.stringify({ ...network, cni: { kind: "cilium" } }) };
};
const release = "kubernetes:helm.sh/v3:Release";

const statefulSet = "kubernetes:apps/v1:StatefulSet";

describe("Postgres starts as early as the graph allows", () => {
  test("it waits for the cluster, its namespace, its Secrets, its configuration and its own images, and for nothing else", async () => {
    const plan = await planOf("dev-fast");
    const upstream = [...plan.upstream("postgres", statefulSet)];
    const foreign = upstream.filter(
      (name) => !name.startsWith("postgres") && !/^cluster-(lifecycle|provider)$/.test(name),
    );
    expect(foreign.sort()).toEqual([
      "cluster-images-load-postgres",
      "cluster-images-load-postgres-exporter",
      "cluster-images-pull-postgres",
      "cluster-images-pull-postgres-exporter",
    ]);
  });

  test("it is registered while a slow CNI is still being installed, for which no object waits", async () => {
    const plan = await recordPlan({ stack: "dev-fast", config: withCilium(), slow: { cilium: 3000 } }, () =>
      strata({ state: "absent", incarnation: 1 }, async () => ({ path: ".strata/charts/cilium.tgz" })),
    );
    const order = plan.resources.map(({ name, type }) => `${name}|${type}`);
    expect(order.indexOf(`postgres|${statefulSet}`)).toBeGreaterThan(-1);
    expect(order.indexOf(`cilium|${release}`)).toBeGreaterThan(order.indexOf(`postgres|${statefulSet}`));
    const waiting = plan.resources.filter(
      ({ custom, name, type }) => custom && plan.upstream(name, type).has("cilium"),
    );
    expect(waiting.map(({ name }) => name)).toEqual([]);
  });
});

describe("nothing waits for what it does not use", () => {
  test("full: nothing waits for the monitoring release, whose definitions nobody else uses", async () => {
    const plan = await planOf("full");
    const stack = plan.find("observability-stack", release);
    const waiting = plan.resources.filter(({ custom, name, type }) => custom && plan.before(name, type).has(stack));
    expect(waiting.map(({ name }) => name)).toEqual([]);
  });

  const upstreamOf = async (name: string, type: string) => (await planOf("dev-fast")).upstream(name, type);

  test.each([
    ["observability-prometheus", statefulSet],
    ["observability-alertmanager", statefulSet],
    ["garage", statefulSet],
    ["traefik", "kubernetes:apps/v1:Deployment"],
  ])("%s waits for no setup Job and no other service", async (name, type) => {
    const services = [
      "postgres",
      "garage",
      "loki",
      "tempo",
      "grafana",
      "prometheus",
      "alertmanager",
      "traefik",
      "podinfo",
    ];
    const others = services.filter((service) => service !== name);
    const upstream = [...(await upstreamOf(name, type))];
    expect(upstream.filter((found) => others.includes(found) || found.endsWith("-setup"))).toEqual([]);
    expect(upstream).toContain("cluster-lifecycle");
  });

  test.each(["observability-loki", "observability-tempo"])(
    "%s waits for its bucket and key, because it fails without them",
    async (name) => {
      expect([...(await upstreamOf(name, statefulSet))].some((found) => found === "garage-setup")).toBe(true);
    },
  );

  test("images are fetched on the host without waiting for the cluster", async () => {
    const plan = await planOf("dev-fast");
    const pulls = plan.resources.filter(({ name }) => name.startsWith("cluster-images-pull-"));
    expect(pulls.length).toBeGreaterThan(10);
    expect(pulls.filter(({ dependencies }) => dependencies.length > 0).map(({ name }) => name)).toEqual([]);
  });

  test("random values are made without waiting for the cluster, which every parent that goes with it would do", async () => {
    const { resources } = await planOf("dev-fast");
    const random = resources.filter(({ type }) => type.startsWith("random:"));
    expect(random.length).toBeGreaterThan(7);
    for (const { name, parent, dependencies } of random) {
      expect([name, dependencies]).toEqual([name, []]);
      const above = resources.find(({ urn }) => urn === parent);
      expect([name, above?.type, above?.deletedWith]).toEqual([name, "strata:platform:GeneratedSecrets", ""]);
    }
  });

  test("each workload waits for the images of its own containers only", async () => {
    const plan = await planOf("dev-fast");
    const loads = [...plan.upstream("observability-grafana", "kubernetes:apps/v1:StatefulSet")].filter((name) =>
      name.startsWith("cluster-images-load-"),
    );
    expect(loads).toEqual(["cluster-images-load-grafana"]);
  });
});
