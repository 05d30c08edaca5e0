// The composition root: load the stack file, look at the cluster, build four layers, export what a user needs.
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "./config/load.ts";
import type { ChartsConfig } from "./config/schema.ts";
import { appBuckets, appNamespaces, appWaypoints, createAppSpace, createApps } from "./layers/apps/index.ts";
import { type ClusterFacts, createCluster } from "./layers/cluster/index.ts";
import { createNetwork } from "./layers/network/index.ts";
import { createPlatform, telemetryOf } from "./layers/platform/index.ts";
import { chartSource, type GetChart } from "./lib/chart-source.ts";
import { UserError } from "./lib/errors.ts";
import { clusterFacts } from "./tools/cluster/facts.ts";
import { kubernetesVersion } from "./versions.ts";

/**
 * Milliseconds for the cluster's registration to go out. Building the other layers keeps this thread busy for a third of a second
 * (measured), in which the engine can start the cluster's plugin instead of waiting.
 */
const registrationMs = 30;

/** A user's mistake is printed as it is: the engine hides the stack of a RunError only. */
const plainly = (error: unknown): never => {
  throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
};

/** Loaded at first use: most stacks install no chart. */
const chartsFrom =
  (config: ChartsConfig): GetChart =>
  async (key) => {
    const [{ ensureChart }, { pathOf }] = await Promise.all([
      import("./tools/charts/ensure.ts"),
      import("./tools/charts/chart.ts"),
    ]);
    return ensureChart(key, config).catch((error: unknown) => {
      if (!pulumi.runtime.isDryRun() || !(error instanceof UserError)) return plainly(error);
      // A pull request's machine may reach no publisher: what would be installed is known all the same.
      void pulumi.log.warn(`Previewed without its file: ${error.message}`);
      return { path: pathOf(key) };
    });
  };

/**
 * The program.
 *
 * @param facts what is known of the cluster; looked up where it is not given. Tests give it.
 * @param getChart gets a chart's file; from mirror or publisher where it is not given. Tests give it.
 */
const strata = async (facts?: ClusterFacts, getChart?: GetChart) => {
  const { stack, config, tunnelCredentials, secretsCredentials } = loadConfig();
  const found =
    facts ??
    (await clusterFacts({
      stack,
      cluster: config.cluster,
      images: config.images,
      mode: pulumi.runtime.isDryRun() ? "look" : "heal",
      say: (line) => void pulumi.log.info(line),
    }));

  const charts = chartSource(getChart ?? chartsFrom(config.charts));
  const cluster = createCluster(stack, config.cluster, config.images, found, charts);
  await sleep(registrationMs);

  const telemetry = telemetryOf(config);
  const network = createNetwork({
    cluster,
    config: config.network,
    ingressNamespaces: appNamespaces(config.apps),
    waypointNamespaces: appWaypoints(config.apps),
    ...(telemetry && { telemetry }),
    ...(tunnelCredentials && { tunnelCredentials }),
  });

  const space = createAppSpace(config.apps, network, cluster.options);
  const platform = createPlatform({
    cluster,
    config,
    buckets: appBuckets(config.apps),
    ...(space && { appNamespace: space.namespace }),
    ...(secretsCredentials && { secretsCredentials }),
  });

  const apps = createApps(
    {
      cluster,
      config: config.apps,
      gateway: network.gateway,
      ...(space && { space }),
      ...(platform.queue && { queue: platform.queue }),
      ...(platform.secrets && { secrets: platform.secrets }),
      ...(platform.postgres && { postgres: platform.postgres }),
      ...(platform.objectStore && { objectStore: platform.objectStore }),
      ...(telemetry && { telemetry }),
      ...(network.mesh && { mesh: network.mesh }),
    },
    cluster.options,
  );

  return {
    cluster: { name: cluster.name, kind: config.cluster.kind, simulated: cluster.simulated },
    urls: { ...platform.urls, ...network.urls, ...(network.gateway.url && { traefik: network.gateway.url }), ...apps },
    credentials: pulumi.secret(platform.credentials),
    kubeconfig: cluster.kubeconfig,
    versions: { kubernetes: kubernetesVersion(config.cluster) ?? "not ours", ...cluster.images.used() },
  };
};

export const program = (facts?: ClusterFacts, getChart?: GetChart) => strata(facts, getChart).catch(plainly);

export default program;
