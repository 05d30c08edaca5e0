// One application of the stack file: Deployment, Service, routes, autoscaler, and what it needs to reach the platform.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import type { AppConfig } from "../../config/schema.ts";
import { Component } from "../../lib/component.ts";
import type {
  Gateway,
  ImageSource,
  Mesh,
  ObjectStoreHandle,
  PostgresHandle,
  QueueHandle,
  SecretsHandle,
  TelemetryHandle,
} from "../../lib/handles.ts";
import { servesKeys } from "../../lib/mesh/authorization.ts";
import { meshedFlows } from "../../lib/mesh/flows.ts";
import { allowFlows } from "../../lib/network-policy.ts";
import { reloadAnnotations } from "../../lib/reload.ts";
import { disruptionBudget } from "../../lib/replicas.ts";
import { checksum, metadata, selector, skipAwait, workloadTimeouts } from "../../lib/workload.ts";
import { namespaces } from "../../names.ts";
import {
  bucketEnvironment,
  databaseEnvironment,
  externalEnvironment,
  mergeEnvironments,
  queueEnvironment,
  telemetryEnvironment,
} from "./environment.ts";
import { appFlows } from "./flows.ts";
import { createAppIdentity, createAppPolicies, meshPort, meshServiceAnnotations } from "./mesh.ts";
import { appPod, autoscalerSpec, minReplicas } from "./pod.ts";
import { createRoutes } from "./route-objects.ts";
import { appProtocol, serviceAnnotations } from "./routes.ts";

/** What apps get from the layers below; the same for all of them. */
export interface AppPlatform {
  readonly images: ImageSource;
  readonly gateway: Gateway;
  readonly postgres?: PostgresHandle;
  /** Constructed with the buckets that the apps name. */
  readonly objectStore?: ObjectStoreHandle;
  readonly telemetry?: TelemetryHandle;
  readonly queue?: QueueHandle;
  /** Constructed with the items that the apps name. */
  readonly secrets?: SecretsHandle;
  readonly mesh?: Mesh;
}

export interface AppArgs {
  readonly config: AppConfig;
  readonly platform: AppPlatform;
  /** Waits for the namespace. */
  readonly namespace: pulumi.Input<string>;
  /** Apps that name this one under `egress`. */
  readonly callers: readonly string[];
}

const versionsPrefix = "versions:";

const imageName = (image: string): string =>
  image.startsWith(versionsPrefix) ? image.slice(versionsPrefix.length) : image;

export class App extends Component {
  /** Route name to URL; empty where the gateway has no address on the user's machine. */
  readonly urls: Readonly<Record<string, string>>;

  constructor(name: string, args: AppArgs, options?: pulumi.ComponentResourceOptions) {
    super("apps", "App", name, options);
    const child = { parent: this };
    const { config, platform, namespace } = args;
    const { gateway, telemetry, mesh } = platform;
    const bucket =
      config.bucket === undefined
        ? undefined
        : platform.objectStore?.bucket(config.bucket, { namespace: namespaces.apps, serviceAccount: name });

    const environment = mergeEnvironments(
      ...(telemetry && config.traces ? [telemetryEnvironment(telemetry, { name, namespace: namespaces.apps })] : []),
      ...(platform.postgres && config.database !== undefined
        ? [databaseEnvironment(platform.postgres.database(config.database))]
        : []),
      ...(bucket ? [bucketEnvironment(bucket)] : []),
      ...(platform.queue && config.queue ? [queueEnvironment(platform.queue)] : []),
    );
    const secretValues = Object.entries(environment.secret);
    const secret =
      secretValues.length > 0
        ? new Secret(name, { metadata: metadata(name, namespace), stringData: environment.secret }, child)
        : undefined;
    const external = externalEnvironment(config.secrets, platform.secrets);
    const role = bucket?.access === "identity" ? bucket.serviceAccount : undefined;
    const own = mesh || role ? createAppIdentity(name, namespace, child) : undefined;
    const account = own && role ? pulumi.all([own, role]).apply(([named]) => named) : own;
    const image = platform.images.reference(imageName(config.image));

    new Deployment(
      name,
      {
        metadata: metadata(
          name,
          namespace,
          external.items.length > 0 && platform.secrets?.reload === "reloader"
            ? { annotations: reloadAnnotations(external.items) }
            : {},
        ),
        spec: {
          // The autoscaler owns the number where there is one; stating it here would undo its work at every `up`.
          ...(config.autoscaling === undefined && { replicas: config.replicas }),
          revisionHistoryLimit: 3,
          selector: { matchLabels: selector(name) },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: appPod({
            name,
            config,
            image,
            environment: mergeEnvironments(environment, external),
            ...(account && { account }),
            ...(secret && {
              secret: secret.metadata.name,
              // Half the hash of random passwords tells nothing of them, and new ones restart the pods.
              checksum: pulumi.unsecret(
                pulumi.all(secretValues.map(([, value]) => value)).apply((values) => checksum(...values)),
              ),
            }),
          }),
        },
      },
      { ...child, customTimeouts: workloadTimeouts },
    );

    new Service(
      name,
      {
        metadata: metadata(name, namespace, {
          annotations: {
            ...skipAwait,
            ...serviceAnnotations(config.routes, gateway.api),
            ...(mesh && meshServiceAnnotations(gateway.api)),
          },
        }),
        spec: {
          type: "ClusterIP",
          selector: selector(name),
          ports: [
            {
              name: "http",
              port: config.port,
              targetPort: "http",
              protocol: "TCP",
              ...(mesh && meshPort(config)),
              // The gateway's word counts: the mesh understands h2c by it as well.
              ...appProtocol(config.routes, gateway.api),
            },
          ],
        },
      },
      child,
    );

    this.urls = createRoutes(name, { config, gateway, namespace }, child);

    if (config.autoscaling)
      new HorizontalPodAutoscaler(
        name,
        { metadata: metadata(name, namespace), spec: autoscalerSpec(name, config.autoscaling) },
        child,
      );
    const flows = appFlows({
      config,
      namespace: namespaces.apps,
      gatewayNamespace: gateway.namespace,
      callers: args.callers,
      ...(telemetry && { telemetryNamespace: telemetry.namespace }),
      ...(bucket && { bucket: bucket.egress }),
      ...(platform.postgres && {
        database: platform.postgres.peer,
      }),
      ...(mesh && { servesKeys: servesKeys(mesh.issuers, name, namespaces.apps) }),
    });
    allowFlows(name, { namespace, workload: name, flows: meshedFlows(namespaces.apps, flows, mesh) }, child);
    if (mesh) createAppPolicies(name, { config, namespace, mesh, gateway, callers: args.callers }, child);
    disruptionBudget(name, { namespace, workload: name, replicas: minReplicas(config) }, child);

    this.registerOutputs({ urls: this.urls });
  }
}
