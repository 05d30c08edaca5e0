// Grafana Alloy as the log agent, as data: the same lines with the same labels as the OpenTelemetry agent's, pushed to Loki.
import { ports } from "../../../../names.ts";
import { spanPattern, tracePattern, workloadPattern } from "../collector/agent.ts";
import { type LogAgentConfigArgs, logFile, metadataKeys, streamLabels } from "./records.ts";

export const alloyArgs = (file: string, state: string): string[] => [
  "run",
  file,
  `--server.http.listen-addr=0.0.0.0:${ports.alloyHttp}`,
  `--storage.path=${state}`,
  "--disable-reporting",
];

/** A text as Alloy writes it: JSON's escapes are among its own. */
const quote = (text: string): string => JSON.stringify(text);

const same = (keys: readonly string[]): string => keys.map((key) => `${key} = ""`).join(", ");

/** The configuration file, in Alloy's own language. Its environment must have NODE_NAME. */
export const alloyConfig = (args: LogAgentConfigArgs): string => {
  const logs = args.logs ?? "/var/log/pods";
  const node = 'sys.env("NODE_NAME")';
  const workload = workloadPattern("\0").replace("(?P<workload>", "(?P<service_name>").split("\0").map(quote);
  return `logging {
  level  = "info"
  format = "json"
}

loki.source.file "pods" {
  targets = [{
    __path__         = ${quote(`${logs}/*/*/*.log`)},
    __path_exclude__ = ${quote(`${logs}/${args.namespace}_${args.workload}-*/*/*.log`)},
    k8s_node_name    = ${node},
  }]
  file_match {
    enabled     = true
    sync_period = "5s"
  }
  forward_to = [loki.process.pods.receiver]
}

loki.process "pods" {
  // Time, stream and partial lines of the container runtime.
  stage.cri {}
  stage.regex {
    source     = "filename"
    expression = ${quote(logFile)}
  }
  stage.regex {
    source     = "k8s_pod_name"
    expression = ${workload.join(` + ${node} + `)}
  }
  stage.regex {
    expression = ${quote(tracePattern)}
  }
  stage.regex {
    expression = ${quote(spanPattern)}
  }
  stage.labels {
    values = { ${same(streamLabels)} }
  }
  stage.structured_metadata {
    values = { ${same(metadataKeys)}, log_iostream = "stream" }
  }
  stage.label_drop {
    values = ["filename", "stream"]
  }
  forward_to = [loki.write.loki.receiver]
}

loki.write "loki" {
  endpoint {
    url                 = ${quote(`${args.lokiUrl}/loki/api/v1/push`)}
    batch_wait          = "500ms"
    // Without end and never dropped: reading pauses, and the log files are the buffer.
    max_backoff_retries = 0
    max_backoff_period  = "15s"
  }
}
`;
};
