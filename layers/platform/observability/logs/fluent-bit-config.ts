// Fluent Bit as the log agent, as data: the same lines with the same labels as the OpenTelemetry agent's, pushed to Loki.
import { ports } from "../../../../names.ts";
import { podSuffixes, spanPattern, tracePattern } from "../collector/agent.ts";
import { type LogAgentConfigArgs, logFile, metadataKeys, streamLabels } from "./records.ts";

/** A pattern in Ruby's spelling of a named group, which Fluent Bit's engine has. */
const ruby = (pattern: string): string => pattern.replaceAll("(?P<", "(?<");

/**
 * Static pods of kubeadm, whose names end with the node's. A parser knows no environment, so other static pods keep the node in
 * their service_name.
 */
const staticPods = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map(
  (name) => `/kube-system_${name}`,
);

const parsers = {
  log_file: ruby(logFile).replace(
    "(?<k8s_pod_name>[^/_]+)",
    `(?<k8s_pod_name>(?<service_name>[^/_]+?)(?:${podSuffixes}|(?<=${staticPods.join("|")})-[^/_]+)?)`,
  ),
  trace: ruby(tracePattern),
  span: ruby(spanPattern),
};

/** Adds what the parser finds in a key, and keeps the rest as it is; a line that does not match stays as it was. */
const parse = (parser: keyof typeof parsers, key: string) => ({
  name: "parser",
  match: "pods",
  key_name: key,
  parser,
  reserve_data: true,
  preserve_key: true,
});

const pairs = (keys: readonly string[]): string[] => keys.map((key) => `${key}=$${key}`);

/** The configuration file. Its environment must have NODE_NAME. `state` outlives the pod: positions, and lines not yet accepted. */
export const fluentBitConfig = (args: LogAgentConfigArgs & { readonly state: string }) => {
  const logs = args.logs ?? "/var/log/pods";
  const { hostname, port } = new URL(args.lokiUrl);
  return {
    service: {
      flush: 1,
      log_level: "info",
      http_server: true,
      http_listen: "0.0.0.0",
      http_port: ports.fluentBitHttp,
      "storage.path": `${args.state}/storage`,
      "storage.backlog.mem_limit": "16M",
    },
    parsers: Object.entries(parsers).map(([name, regex]) => ({ name, format: "regex", regex })),
    pipeline: {
      inputs: [
        {
          name: "tail",
          tag: "pods",
          path: `${logs}/*/*/*.log`,
          exclude_path: `${logs}/${args.namespace}_${args.workload}-*/*/*.log`,
          path_key: "path",
          db: `${args.state}/tail.db`,
          "db.locking": true,
          read_from_head: true,
          refresh_interval: 5,
          // Time, stream and partial lines of the container runtime.
          "multiline.parser": "cri",
          buffer_max_size: "256k",
          skip_long_lines: true,
          "storage.type": "filesystem",
        },
      ],
      filters: [
        parse("log_file", "path"),
        parse("trace", "log"),
        parse("span", "log"),
        { name: "record_modifier", match: "pods", record: [`k8s_node_name \${NODE_NAME}`] },
      ],
      outputs: [
        {
          name: "loki",
          match: "pods",
          host: hostname,
          port: Number(port),
          labels: pairs(streamLabels).join(", "),
          structured_metadata: [...pairs(metadataKeys), "log_iostream=$stream"].join(", "),
          // What is left is the line, which then is sent as it was written.
          remove_keys: [...streamLabels, ...metadataKeys, "stream", "_p", "time", "path"].join(", "),
          drop_single_key: "raw",
          line_format: "json",
          retry_limit: "no_limits",
          "storage.total_limit_size": "512M",
        },
      ],
    },
  };
};
