// Layer 1 of the stack file: which cluster, and how its images get there.
import { z } from "zod";
import { longestK3dName } from "../lib/cluster-kinds.ts";
import { secondsOf } from "../lib/duration.ts";
import { kubernetesVersions } from "../versions.ts";
import { EksSchema } from "./eks.schema.ts";
import { DnsLabel, Duration, HostPort, HttpUrl, ImageReference } from "./scalars.ts";

const KubernetesVersion = z
  .enum(kubernetesVersions)
  .describe("Kubernetes minor version; each has one pinned node image in versions.ts");

/** Shorter, and the cluster could go while the run that builds it is still at work. */
const lowestTtlSeconds = 300;

// Not a number where the text is no duration: then that alone is told.
const TimeToLive = Duration.refine((ttl) => !(secondsOf(ttl) < lowestTtlSeconds), {
  error: 'Expected 5 minutes or more, for example "30m" or "8h"',
}).describe("How long after the last up the cluster is removed by itself. Left out: never");

const Kind = z
  .strictObject({
    kind: z.literal("kind"),
    name: DnsLabel.exactOptional().describe("Cluster name. Default: strata-<stack>"),
    kubernetes: KubernetesVersion.default("1.34"),
    workers: z.int().min(0).max(9).default(0).describe("Worker nodes beside the one control plane"),
    eviction: z
      .enum(["disk-only", "disk-and-memory"])
      .default("disk-and-memory")
      .describe("What the kubelet evicts pods for. disk-only lets a laptop swap instead of killing pods"),
    apiServerPort: HostPort.exactOptional().describe("API server's port on 127.0.0.1. Default: a free one"),
    timeoutSeconds: z.int().min(30).max(1800).default(300).describe("How long the cluster may take to become ready"),
    ttl: TimeToLive.exactOptional(),
  })
  .describe("A kind cluster on the local container engine; everything is bound to 127.0.0.1");

const K3d = z
  .strictObject({
    kind: z.literal("k3d"),
    name: DnsLabel.max(longestK3dName, { error: `Expected at most ${longestK3dName} characters: k3d takes no more` })
      .exactOptional()
      .describe("Cluster name. Default: strata-<stack>"),
    kubernetes: KubernetesVersion.default("1.34"),
    agents: z.int().min(0).max(9).default(0).describe("Nodes beside the one server, which runs pods too"),
    apiServerPort: HostPort.exactOptional().describe("API server's port on 127.0.0.1. Default: a free one"),
    timeoutSeconds: z.int().min(30).max(1800).default(300).describe("How long the cluster may take to become ready"),
    ttl: TimeToLive.exactOptional(),
  })
  .describe("k3s in containers of the local engine, made by k3d; everything is bound to 127.0.0.1");

const Kwok = z
  .strictObject({
    kind: z.literal("kwok"),
    name: DnsLabel.exactOptional().describe("Cluster name. Default: strata-<stack>"),
    nodes: z.int().min(1).max(100).default(1).describe("Simulated nodes"),
    timeoutSeconds: z.int().min(10).max(600).default(120),
    ttl: TimeToLive.exactOptional(),
  })
  .describe("A real API server with simulated nodes as local processes: no container engine, nothing really runs");

const Existing = z
  .strictObject({
    kind: z.literal("existing"),
    kubeconfig: z.string().min(1).describe("Path of the kubeconfig file; ~ is the home folder"),
    context: z.string().min(1).describe("Context in it. Never the current one by accident: it must be named"),
    nodePorts: z.boolean().default(false).describe("Expose Grafana and the others by NodePort. Off: ClusterIP only"),
  })
  .describe("A cluster that somebody else made");

export const ClusterSchema = z.discriminatedUnion("kind", [Kind, K3d, Kwok, EksSchema, Existing]);

export const ChartsSchema = z
  .strictObject({
    dir: z
      .string()
      .min(1, { error: 'Expected a folder, for example "/mnt/mirror/charts"' })
      .exactOptional()
      .describe(
        "Mirror folder of charts, <name>-<version>.tgz each, asked before their repositories. ~ is the home folder",
      ),
  })
  .describe("Where the charts of third-party controllers come from");

export const ImagesSchema = z
  .strictObject({
    archive: z.string().min(1).exactOptional().describe("Folder of image archives (docker save), one .tar each"),
    pullThroughCache: z
      .boolean()
      .default(false)
      .describe("Run a registry on 127.0.0.1 that keeps what it pulled and outlives clusters"),
    bake: z
      .boolean()
      // No faster than loading where it was measured (docs/performance.md), and 2.5 GB.
      .default(false)
      .describe(
        "After an up of a kind cluster, make a node image with its images inside, in the background: the next creation starts with them",
      ),
    remote: z
      .strictObject({
        url: HttpUrl.describe("Base URL of image archives named <platform>/<key>.tar with a .sha256 beside each"),
      })
      .exactOptional()
      .describe("Store of images that have a recipe here (the OpenTelemetry collector)"),
    overrides: z
      .record(z.string(), ImageReference)
      .default({})
      .describe(
        "Another reference for an image of versions.ts or chart-images.ts, by its key (postgres, cilium.agent): a mirror or another version",
      ),
    pullTimeoutSeconds: z.int().min(10).max(3600).default(600),
  })
  .describe("Where images come from before they are in the nodes");
