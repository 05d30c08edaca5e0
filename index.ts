// The composition root: load the stack file, look at the cluster, build four layers, export what a user needs.
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { certifiedHosts, edgeHosts, recordedHosts } from "./config/edge-hosts.ts";
import { deliversStack } from "./config/gitops-delivers.ts";
import { loadConfig } from "./config/load.ts";
import { routeHosts } from "./config/route-hosts.ts";
import { ruleTraits } from "./config/rule-traits.ts";
import { stackOfFile } from "./config/stack-name.ts";
import { appBuckets, appNamespaces, appWaypoints, createAppSpace, createApps } from "./layers/apps/index.ts";
import { type AskApi, type ClusterFacts, createCluster } from "./layers/cluster/index.ts";
import { createEdgeRoutes } from "./layers/network/edge.ts";
import { createNetwork } from "./layers/network/index.ts";
import { routeNamespaces } from "./layers/network/route-namespace.ts";
import { visitorsOf } from "./layers/network/visitors.ts";
import { clientsOf } from "./layers/platform/clients.ts";
import type { GitOpsFacts } from "./layers/platform/gitops/index.ts";
import { createPlatform, telemetryOf } from "./layers/platform/index.ts";
import { chartSource, type GetChart } from "./lib/chart-source.ts";
import { edgeUrl, edgeUrls } from "./lib/edge.ts";
import { clusterFacts } from "./tools/cluster/facts.ts";
import { askApi, chartsFrom, gitOpsFrom, plainly } from "./tools/program/lookups.ts";
import { kubernetesVersion } from "./versions.ts";

/**
 * Milliseconds for the cluster's registration to go out. Building the other layers keeps this thread busy for a third of a second
 * (measured), in which the engine can start the cluster's plugin instead of waiting.
 */
const registrationMs = 30;

/**
 * The program.
 *
 * @param facts what is known of the cluster; looked up where it is not given. Tests give it.
 * @param getChart gets a chart's file; from mirror or publisher where it is not given. Tests give it.
 * @param delivery what GitOps delivers; looked up in the checkout where it is not given. Tests give it.
 * @param ask how the API server is asked about itself. Tests give it.
 */
const strata = async (facts?: ClusterFacts, getChart?: GetChart, delivery?: GitOpsFacts, ask: AskApi = askApi) => {
  const { stack, config, tunnelCredentials, secretsCredentials, dnsCredentials, git } = loadConfig();
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
  const delivered =
    config.gitops && deliversStack(config.gitops) ? (delivery ?? (await gitOpsFrom(stack, config.gitops))) : undefined;
  const cluster = await createCluster(stack, config.cluster, config.images, found, charts, ask);
  await sleep(registrationMs);

  const telemetry = telemetryOf(config);
  const network = createNetwork({
    cluster,
    config: config.network,
    ingressNamespaces: appNamespaces(config.apps),
    waypointNamespaces: appWaypoints(config.apps),
    hosts: routeHosts(config),
    ...(config.network.edge && {
      edge: { hosts: edgeHosts(config), certified: certifiedHosts(config), recorded: recordedHosts(config) },
    }),
    ...(telemetry && { telemetry }),
    ...(tunnelCredentials && { tunnelCredentials }),
    ...(dnsCredentials && { dnsCredentials }),
  });

  const gitops =
    config.gitops &&
    delivered &&
    (await import("./layers/platform/gitops/index.ts")).createGitOps({
      stack: stackOfFile(stack),
      cluster,
      config: config.gitops,
      facts: delivered,
      login: git,
    });
  const engine =
    config.gitops && !delivered
      ? (await import("./layers/platform/gitops/index.ts")).createEngine(
          cluster,
          config.gitops.kind,
          edgeUrl(network.edge, "argocd"),
        )
      : undefined;
  const upper = gitops?.cluster ?? cluster;

  const space = createAppSpace(config.apps, network, upper.options);
  const platform = createPlatform({
    cluster: upper,
    config,
    traits: ruleTraits(config),
    buckets: appBuckets(config.apps),
    clients: clientsOf(config.apps, routeNamespaces(config.network.ingress.routes)),
    visitors: visitorsOf({
      config: config.network,
      tunnel: tunnelCredentials !== undefined,
      ...(config.network.edge && { edge: edgeHosts(config) }),
    }),
    nodeMetrics: network.podNetwork.nodeMetrics,
    ...(network.mesh && { mesh: network.mesh }),
    ...(space && { appNamespace: space.namespace }),
    ...(secretsCredentials && { secretsCredentials }),
    ...(network.edge && { edge: network.edge }),
  });

  const apps = createApps(
    {
      cluster: upper,
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
    upper.options,
  );
  gitops?.deliver();
  if (network.edge)
    createEdgeRoutes(
      "edge",
      { edge: network.edge, pages: { ...platform.pages, ...(engine && { argocd: engine.namespace }) } },
      cluster.options,
    );

  const argocd = gitops ?? engine;
  return {
    cluster: { name: cluster.name, kind: config.cluster.kind, simulated: cluster.simulated },
    urls: {
      ...platform.urls,
      ...network.urls,
      ...(network.url && { [config.network.ingress.kind]: network.url }),
      ...(argocd?.url && { argocd: argocd.url }),
      ...apps,
      ...edgeUrls(network.edge),
    },
    credentials: pulumi.secret({ ...platform.credentials, ...(argocd?.credentials && { argocd: argocd.credentials }) }),
    kubeconfig: cluster.kubeconfig,
    versions: { kubernetes: kubernetesVersion(config.cluster) ?? "not ours", ...cluster.images.used() },
  };
};

export const program = (facts?: ClusterFacts, getChart?: GetChart, delivery?: GitOpsFacts, ask?: AskApi) =>
  strata(facts, getChart, delivery, ask).catch(plainly);

export default program;
