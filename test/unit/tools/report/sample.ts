// A small run as records keep it, for tests to change.
import type { PathStep, RunRecord, RunResource } from "../../../../tools/report/record.ts";

const component = "strata:platform:Postgres";
const urn = (type: string, name: string): string => `urn:pulumi:s::strata::${component}$${type}::${name}`;

export const urns = {
  cluster: "urn:pulumi:s::strata::strata:cluster:LocalCluster$command:local:Command::cluster-lifecycle",
  secret: urn("kubernetes:core/v1:Secret", "postgres-secret"),
  server: urn("kubernetes:apps/v1:StatefulSet", "postgres"),
} as const;

export const resource = (
  changes: Partial<RunResource> & Pick<RunResource, "urn" | "startMs" | "endMs">,
): RunResource => ({
  name: changes.urn.slice(changes.urn.lastIndexOf("::") + 2),
  type: changes.urn.split("::")[2]?.split("$").at(-1) ?? "",
  layer: "platform",
  component: "postgres",
  op: "create",
  outcome: "done",
  dependsOn: [],
  ...changes,
});

/** Cluster, then a secret, then the server, which lasts `serverMs`. */
export function sampleRun(changes: Partial<RunRecord> = {}, serverMs = 4000): RunRecord {
  const end = 6000 + serverMs;
  const resources: RunResource[] = [
    resource({ urn: urns.cluster, startMs: 1000, endMs: 5000, layer: "cluster", component: "cluster" }),
    resource({ urn: urns.secret, startMs: 5100, endMs: 5600, dependsOn: [urns.cluster] }),
    resource({ urn: urns.server, startMs: 5600, endMs: 5600 + serverMs, dependsOn: [urns.cluster, urns.secret] }),
  ];
  const steps: PathStep[] = [
    { name: "engine and program start", startMs: 0, endMs: 1000, idleMs: 0 },
    { urn: urns.cluster, name: "cluster-lifecycle", layer: "cluster", startMs: 1000, endMs: 5000, idleMs: 0 },
    { urn: urns.secret, name: "postgres-secret", layer: "platform", startMs: 5100, endMs: 5600, idleMs: 100 },
    { urn: urns.server, name: "postgres", layer: "platform", startMs: 5600, endMs: 5600 + serverMs, idleMs: 0 },
    { name: "engine and program end", startMs: 5600 + serverMs, endMs: end, idleMs: 0 },
  ];
  return {
    version: 1,
    id: "20260102T030405678Z-up",
    action: "up",
    stack: "s",
    cluster: "kwok",
    purpose: "start",
    temperature: "cold",
    outcome: "succeeded",
    startedAt: "2026-01-02T03:04:05.678Z",
    durationMs: end,
    commit: { sha: "a".repeat(40), dirty: false },
    machine: {
      fingerprint: "0123456789ab",
      os: "linux",
      arch: "x64",
      cpu: "A processor",
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      wsl: false,
    },
    versions: { strata: "0.1.0", node: "20.20.2", pulumi: "3.250.0", kubernetes: "1.34", plugins: "offline" },
    counts: { create: 3 },
    layers: [
      { layer: "cluster", startMs: 1000, endMs: 5000, changed: 1 },
      { layer: "platform", startMs: 5100, endMs: 5600 + serverMs, changed: 2 },
    ],
    components: [
      { name: "cluster", layer: "cluster", startMs: 1000, endMs: 5000, changed: 1, failed: 0 },
      { name: "postgres", layer: "platform", startMs: 5100, endMs: 5600 + serverMs, changed: 2, failed: 0 },
    ],
    resources,
    criticalPath: { lengthMs: end - 100, ratio: end / (end - 100), steps },
    images: [{ image: "docker.io/library/postgres:17.10", source: "registry" }],
    failures: [],
    host: {
      intervalMs: 1000,
      samples: [
        {
          atMs: 1000,
          cpuPercent: 50,
          memoryUsedBytes: 2 ** 30,
          diskReadBytesPerSecond: 0,
          diskWriteBytesPerSecond: 2 ** 20,
        },
        {
          atMs: 2000,
          cpuPercent: 100,
          memoryUsedBytes: 2 ** 31,
          diskReadBytesPerSecond: 512,
          diskWriteBytesPerSecond: 0,
        },
      ],
    },
    manualSteps: [{ id: "install-node", layer: "machine", why: "w", owner: "o", remove: "r" }],
    ...changes,
  };
}
