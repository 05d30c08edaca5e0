// Workloads that need the node itself, each with its reason: what the plan's tests and the cluster's policies both let through.

/** `namespace/workload` to why it runs as root or sees the host's files and namespaces. Nothing else is relaxed for them. */
export const nodeAccess: Readonly<Record<string, string>> = {
  "node-agents/node-exporter": "reads the node's /proc, /sys and root file system",
  "node-agents/otel-agent": "reads the container logs of the node, which only root may read",
};
