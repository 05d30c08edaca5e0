// An app's pod and its autoscaler as data.
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import { spread } from "../../lib/replicas.ts";
import { type EnvValue, emptyDir, httpProbe, type PodTemplate, podTemplate } from "../../lib/workload.ts";
import type { Environment } from "./environment.ts";

/** The most replicas that can run at once. */
export const maxReplicas = (config: AppConfig): number => config.autoscaling?.max ?? config.replicas;

/** The fewest replicas that are meant to run at any time. */
export const minReplicas = (config: AppConfig): number => config.autoscaling?.min ?? config.replicas;

/** Port name to number; metrics on the app's own port need no second name. */
const containerPorts = (config: AppConfig): Record<string, number> => ({
  http: config.port,
  ...(config.metrics && config.metrics.port !== config.port && { metrics: config.metrics.port }),
});

export interface AppPodArgs {
  readonly name: string;
  readonly config: AppConfig;
  readonly image: pulumi.Input<string>;
  /** What the platform adds; the app's own `env` wins over it. */
  readonly environment: Environment;
  /** Name of the Secret that holds `environment.secret`; left out where that is empty. */
  readonly secret?: pulumi.Input<string>;
  /** Checksum of the Secret's content. */
  readonly checksum?: pulumi.Input<string>;
  /** Name of its ServiceAccount, whose token is not mounted. Left out: the namespace's default. */
  readonly account?: pulumi.Input<string>;
}

const environmentOf = ({ config, environment, secret }: AppPodArgs): Record<string, EnvValue> => ({
  ...environment.plain,
  ...(secret !== undefined &&
    Object.fromEntries(Object.keys(environment.secret).map((key) => [key, { secret, key }] as const))),
  ...config.env,
});

export const appPod = (args: AppPodArgs): PodTemplate => {
  const { config, name } = args;
  const { readiness, liveness } = config.probes;
  const env = environmentOf(args);
  const writable = config.writablePaths.map((path, index) => ({ path, volume: `writable-${index}` }));
  return podTemplate({
    name,
    user: config.runAsUser,
    ...(config.metrics && { metrics: config.metrics }),
    ...(args.checksum !== undefined && { checksum: args.checksum }),
    extra: {
      ...spread(name, maxReplicas(config)),
      ...(args.account !== undefined && { serviceAccountName: args.account }),
    },
    ...(writable.length > 0 && { volumes: writable.map(({ volume }) => emptyDir(volume, "256Mi")) }),
    containers: [
      {
        name,
        image: args.image,
        ...(config.command && { command: config.command }),
        ...(config.args && { args: config.args }),
        ...(Object.keys(env).length > 0 && { env }),
        ports: containerPorts(config),
        resources: config.resources,
        // Asked every second while it starts, so that a fast app is not counted as slow.
        ...(readiness !== undefined && {
          startup: httpProbe(readiness, config.port, { periodSeconds: 1, failureThreshold: 120 }),
          readiness: httpProbe(readiness, config.port, { periodSeconds: 5 }),
        }),
        ...(liveness !== undefined && {
          liveness: httpProbe(liveness, config.port, { periodSeconds: 10, failureThreshold: 3 }),
        }),
        drainSeconds: 3,
        ...(writable.length > 0 && {
          mounts: Object.fromEntries(writable.map(({ path, volume }) => [path, volume] as const)),
        }),
      },
    ],
  });
};

export const autoscalerSpec = (
  deployment: string,
  autoscaling: NonNullable<AppConfig["autoscaling"]>,
): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec => ({
  scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
  minReplicas: autoscaling.min,
  maxReplicas: autoscaling.max,
  metrics: [
    {
      type: "Resource",
      resource: { name: "cpu", target: { type: "Utilization", averageUtilization: autoscaling.cpuPercent } },
    },
  ],
});
