// What a log line carries in Loki, whichever agent sends it: the names that Loki makes of the OpenTelemetry agent's attributes.

export interface LogAgentConfigArgs {
  /** http://host:port */
  readonly lokiUrl: string;
  /** Namespace and name of the agent's own pods, whose logs are left out: each line would make another. */
  readonly namespace: string;
  readonly workload: string;
  /** Folder of the pods' logs. Default: /var/log/pods. */
  readonly logs?: string;
}

/** Labels of a stream: as many streams as containers. */
export const streamLabels = ["service_name", "k8s_namespace_name", "k8s_pod_name", "k8s_container_name"] as const;

/** Structured metadata of a line, beside log_iostream. */
export const metadataKeys = ["trace_id", "span_id", "k8s_node_name", "k8s_pod_uid"] as const;

/** Path of a log file, with everything that the kubelet puts into it. */
export const logFile =
  "/(?P<k8s_namespace_name>[^/_]+)_(?P<k8s_pod_name>[^/_]+)_(?P<k8s_pod_uid>[^/_]+)/(?P<k8s_container_name>[^/]+)/[^/]+$";
