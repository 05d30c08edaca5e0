// Who may talk to an app, and whom it may talk to: what its configuration says it uses, and nothing else.
import type { AppConfig } from "../../config/schema.ts";
import { keyReader } from "../../lib/mesh/authorization.ts";
import type { Flow, Flows, Peer } from "../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../names.ts";

export interface FlowArgs {
  readonly config: AppConfig;
  readonly namespace: string;
  readonly gatewayNamespace: string;
  /** Apps that name this one under `egress`. */
  readonly callers: readonly string[];
  /** Present where the stack has telemetry. */
  readonly telemetryNamespace?: string;
  /** The database server's pods; present where the stack has Postgres. */
  readonly database?: Peer;
  /** The way to its bucket; present where it has one. */
  readonly bucket?: readonly Flow[];
  /** istiod fetches the keys of tokens from it. */
  readonly servesKeys?: boolean;
}

const when = (condition: boolean, flow: () => Flow): Flow[] => (condition ? [flow()] : []);

/** Names of the apps that this one calls. */
export const calledApps = (config: Pick<AppConfig, "egress">): string[] =>
  config.egress.flatMap((target) => (target.startsWith("app:") ? [target.slice("app:".length)] : []));

/** An SDK without gRPC is told the other address by a variable of the app's own. */
const sendsOverHttp = ({ env }: Pick<AppConfig, "env">): boolean =>
  Object.values(env).some((value) => value.includes(`:${ports.otlpHttp}`));

export const appFlows = (args: FlowArgs): Flows => {
  const { config, namespace } = args;
  const { metrics } = config;
  const callers = args.callers.map((workload) => ({ namespace, workload }));
  return {
    ingress: [
      ...when(config.routes.length > 0, () => ({
        peers: [{ namespace: args.gatewayNamespace }],
        ports: [config.port],
      })),
      ...when(callers.length > 0, () => ({ peers: callers, ports: [config.port] })),
      ...when(args.servesKeys === true, () => ({ peers: [keyReader], ports: [config.port] })),
      ...(metrics
        ? [{ peers: [{ namespace: namespaces.observability, workload: services.prometheus }], ports: [metrics.port] }]
        : []),
    ],
    egress: [
      ...(config.database !== undefined && args.database ? [{ peers: [args.database], ports: [ports.postgres] }] : []),
      ...(args.bucket ?? []),
      ...when(config.queue, () => ({
        peers: [{ namespace: namespaces.messaging, workload: services.redpanda }],
        ports: [ports.kafka],
      })),
      ...(config.traces && args.telemetryNamespace !== undefined
        ? [
            {
              peers: [{ namespace: args.telemetryNamespace, workload: services.collector }],
              // gRPC, as its environment says, unless the stack file says otherwise.
              ports: sendsOverHttp(config) ? [ports.otlpGrpc, ports.otlpHttp] : [ports.otlpGrpc],
            },
          ]
        : []),
      // Every port: the called app's own policy names the one it takes.
      ...calledApps(config).map((workload) => ({ peers: [{ namespace, workload }], ports: [] })),
      ...when(config.egress.includes("internet"), () => ({ peers: ["internet"] as const, ports: [80, 443] })),
    ],
  };
};
