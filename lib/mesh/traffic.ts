// Retries, connection limits and load balancing of a service, as Istio's objects. Pure; a waypoint carries them out.
import type { AppMeshConfig } from "../../config/schema.ts";
import { host } from "../../names.ts";

export interface TrafficObject {
  readonly kind: "DestinationRule" | "VirtualService";
  readonly name: string;
  readonly spec: Record<string, unknown>;
}

export interface TrafficArgs {
  readonly service: string;
  readonly namespace: string;
  /** The Service's port. */
  readonly port: number;
  readonly config: Pick<AppMeshConfig, "retries" | "circuitBreaker" | "loadBalancing">;
}

type CircuitBreaker = NonNullable<AppMeshConfig["circuitBreaker"]>;

const limits = (breaker: CircuitBreaker) => ({
  connectionPool: {
    tcp: { maxConnections: breaker.maxConnections },
    http: {
      ...(breaker.upgradeToHttp2 && { h2UpgradePolicy: "UPGRADE" }),
      http2MaxRequests: breaker.maxRequests,
      ...(breaker.maxRequestsPerConnection !== undefined && {
        maxRequestsPerConnection: breaker.maxRequestsPerConnection,
      }),
    },
  },
  outlierDetection: {
    consecutive5xxErrors: breaker.consecutive5xx,
    interval: breaker.interval,
    baseEjectionTime: breaker.ejection,
    maxEjectionPercent: breaker.maxEjectedPercent,
  },
});

export const trafficObjects = ({ service, namespace, port, config }: TrafficArgs): TrafficObject[] => {
  const { retries, circuitBreaker } = config;
  const address = host(service, namespace);
  const balancing = config.loadBalancing ?? (circuitBreaker && "LEAST_REQUEST");
  return [
    ...(balancing === undefined
      ? []
      : [
          {
            kind: "DestinationRule" as const,
            name: service,
            spec: {
              host: address,
              trafficPolicy: { loadBalancer: { simple: balancing }, ...(circuitBreaker && limits(circuitBreaker)) },
            },
          },
        ]),
    ...(retries === undefined
      ? []
      : [
          {
            kind: "VirtualService" as const,
            name: service,
            spec: {
              hosts: [address],
              http: [
                {
                  route: [{ destination: { host: address, port: { number: port } } }],
                  retries: {
                    attempts: retries.attempts,
                    perTryTimeout: retries.perTryTimeout,
                    retryOn: retries.on.join(","),
                  },
                },
              ],
            },
          },
        ]),
  ];
};
