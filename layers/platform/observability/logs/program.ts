// How each log agent is run: its image, command line, configuration and probes. Pure.
import type { ObservabilityConfig } from "../../../../config/schema.ts";
import { type ContainerArgs, httpProbe, type Resources } from "../../../../lib/workload.ts";
import { namespaces, ports, services } from "../../../../names.ts";
import type { ImageKey } from "../../../../versions.ts";
import { alloyArgs, alloyConfig } from "./alloy-config.ts";
import { fluentBitConfig } from "./fluent-bit-config.ts";

export type LogAgentKind = Exclude<ObservabilityConfig["logs"]["agent"], "otel">;

export interface LogAgentProgram {
  /** Of its objects, and of the folder on the node. */
  readonly name: string;
  readonly image: ImageKey;
  /** Folder and name of its configuration file. */
  readonly folder: string;
  readonly file: string;
  readonly config: string;
  /** Folder in the pod of what outlives it. */
  readonly state: string;
  readonly port: number;
  readonly metricsPath: string;
  readonly run: Pick<ContainerArgs, "command" | "args" | "startup" | "readiness" | "liveness">;
  readonly resources: Resources;
}

export const logAgentName = (kind: LogAgentKind): string =>
  ({ alloy: services.alloy, "fluent-bit": services.fluentBit })[kind];

const probes = (path: string, port: number) => ({
  startup: httpProbe(path, port, { periodSeconds: 1, failureThreshold: 60 }),
  readiness: httpProbe(path, port, { periodSeconds: 5, timeoutSeconds: 3 }),
  liveness: httpProbe(path, port, { periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 6 }),
});

const alloy = (lokiUrl: string): LogAgentProgram => {
  const [folder, file, state] = ["/etc/alloy", "config.alloy", "/var/lib/alloy"];
  return {
    name: services.alloy,
    image: "alloy",
    folder,
    file,
    state,
    config: alloyConfig({ lokiUrl, namespace: namespaces.nodeAgents, workload: services.alloy }),
    port: ports.alloyHttp,
    metricsPath: "/metrics",
    run: { args: alloyArgs(`${folder}/${file}`, state), ...probes("/-/ready", ports.alloyHttp) },
    resources: { cpu: "25m", memory: "96Mi", memoryLimit: "384Mi" },
  };
};

const fluentBit = (lokiUrl: string): LogAgentProgram => {
  const [folder, file, state] = ["/etc/fluent-bit", "fluent-bit.yaml", "/var/lib/fluent-bit"];
  const args = { lokiUrl, namespace: namespaces.nodeAgents, workload: services.fluentBit, state };
  return {
    name: services.fluentBit,
    image: "fluentBit",
    folder,
    file,
    state,
    // JSON is YAML as well.
    config: JSON.stringify(fluentBitConfig(args), null, 2),
    port: ports.fluentBitHttp,
    metricsPath: "/api/v2/metrics/prometheus",
    // Not its health page: that is about the receiver, and a restart mends no Loki.
    run: {
      command: ["/fluent-bit/bin/fluent-bit"],
      args: ["-c", `${folder}/${file}`],
      ...probes("/", ports.fluentBitHttp),
    },
    resources: { cpu: "15m", memory: "32Mi", memoryLimit: "192Mi" },
  };
};

export const program = (kind: LogAgentKind, lokiUrl: string): LogAgentProgram =>
  kind === "alloy" ? alloy(lokiUrl) : fluentBit(lokiUrl);
