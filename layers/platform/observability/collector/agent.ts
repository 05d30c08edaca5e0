// Configuration of the node agent as data: it follows the log files of all pods of its node and sends their lines to the gateway.
import { escapeDollars, healthCheck, memoryLimiter, selfTelemetry } from "./common.ts";

export interface AgentConfigArgs {
  /** host:port of the gateway's OTLP receiver over gRPC. */
  readonly gateway: string;
  /** Namespace and name of the agent's own pods, whose logs are left out: each line would make another. */
  readonly namespace: string;
  readonly workload: string;
  /** Folder of the pods' logs. Default: /var/log/pods. */
  readonly logs?: string;
  /** Folder on the node that outlives the pod: positions in the log files, and lines not yet accepted. Default: /var/lib/otelcol. */
  readonly state?: string;
  /** Name of the node. Default: the environment variable NODE_NAME, read at start. */
  readonly node?: string;
}

/** The letters of generated pod names: Kubernetes leaves out vowels and the digits that look like them. */
const generated = "[bcdfghjklmnpqrstvwxz2456789]";

/** What a Deployment's, DaemonSet's, Job's or StatefulSet's pods have after its name. */
export const podSuffixes = `-${generated}{6,10}-${generated}{5}|-${generated}{5}|-[0-9]+`;

/**
 * Name of a pod's workload, from the pod's name: what a Deployment, StatefulSet, DaemonSet or Job appends to its own,
 * or the node's name that the kubelet appends to a static pod. It needs no access to the API server, and workloads here
 * are named like their label app.kubernetes.io/name.
 */
export const workloadPattern = (node: string): string => `^(?P<workload>.+?)(?:${podSuffixes}|-${node})?$`;

/** Trace and span id of a line of JSON or logfmt, in the spellings trace_id, traceId, TraceID, trace.id. */
export const tracePattern = String.raw`(?i)trace[._]?id\\?"?\s*[=:]\s*\\?"?(?P<trace_id>[0-9a-f]{32})\b`;
export const spanPattern = String.raw`(?i)span[._]?id\\?"?\s*[=:]\s*\\?"?(?P<span_id>[0-9a-f]{16})\b`;

const matches = (pattern: string) => `body matches ${JSON.stringify(pattern)}`;

export const agentConfig = (args: AgentConfigArgs) => {
  const logs = args.logs ?? "/var/log/pods";
  const state = args.state ?? "/var/lib/otelcol";
  const node = args.node ?? `\${env:NODE_NAME}`;
  // Escaped in two halves, because the node's name is a variable that must stay one.
  const workload = workloadPattern("\0").split("\0").map(escapeDollars).join(node);
  return {
    extensions: {
      health_check: healthCheck,
      file_storage: {
        directory: state,
        // A pod that is replaced may hold the lock until its last batch is out.
        timeout: "10s",
        recreate: true,
        compaction: { directory: state, on_start: true, cleanup_on_start: true },
      },
    },
    receivers: {
      file_log: {
        include: [`${logs}/*/*/*.log`],
        exclude: [`${logs}/${args.namespace}_${args.workload}-*_*/*/*.log`],
        start_at: "beginning",
        include_file_path: true,
        include_file_name: false,
        poll_interval: "500ms",
        max_log_size: "256KiB",
        // The runtime cuts long lines into parts; a space at the end of a part is one in the middle of the line.
        preserve_trailing_whitespaces: true,
        storage: "file_storage",
        retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
        resource: { "k8s.node.name": node },
        operators: [
          // Time, stream and partial lines of the container runtime; namespace, pod and container from the path.
          { type: "container", max_log_size: "256KiB" },
          {
            type: "regex_parser",
            id: "workload",
            parse_from: 'resource["k8s.pod.name"]',
            parse_to: "resource",
            regex: workload,
            cache: { size: 500 },
            on_error: "send_quiet",
          },
          {
            type: "move",
            id: "service",
            from: "resource.workload",
            to: 'resource["service.name"]',
            on_error: "send_quiet",
          },
          {
            type: "regex_parser",
            id: "trace",
            if: matches("(?i)trace[._]?id"),
            regex: tracePattern,
            on_error: "send_quiet",
          },
          {
            type: "regex_parser",
            id: "span",
            if: "attributes.trace_id != nil",
            regex: spanPattern,
            on_error: "send_quiet",
          },
          {
            type: "trace_parser",
            if: "attributes.trace_id != nil",
            trace_id: { parse_from: "attributes.trace_id" },
            span_id: { parse_from: "attributes.span_id" },
            on_error: "send_quiet",
          },
          // Path, runtime's time and the like would be stored with every line.
          { type: "retain", fields: ['attributes["log.iostream"]'], on_error: "send_quiet" },
        ],
      },
    },
    processors: { memory_limiter: memoryLimiter },
    exporters: {
      "otlp_grpc/gateway": {
        endpoint: args.gateway,
        tls: { insecure: true },
        // Longer than the gateway tries for, so that its answer arrives.
        timeout: "30s",
        // On disk, without end and never dropped: full means that reading pauses, and the log files are the buffer.
        sending_queue: {
          enabled: true,
          storage: "file_storage",
          num_consumers: 2,
          queue_size: 2000,
          block_on_overflow: true,
          batch: { flush_timeout: "500ms", min_size: 500, max_size: 2000 },
        },
        retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "15s", max_elapsed_time: "0s" },
      },
    },
    service: {
      extensions: ["health_check", "file_storage"],
      pipelines: {
        logs: { receivers: ["file_log"], processors: ["memory_limiter"], exporters: ["otlp_grpc/gateway"] },
      },
      telemetry: selfTelemetry,
    },
  };
};
