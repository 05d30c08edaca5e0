// Secrets that somebody else keeps, brought into the namespace of the apps by External Secrets; Reloader restarts who reads them.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { SecretsConfig } from "../../../config/schema.ts";
import type { AwsHandle } from "../../../lib/aws/handle.ts";
import { nameBelow } from "../../../lib/aws/secret-names.ts";
import { chartImage } from "../../../lib/chart-images.ts";
import { Component } from "../../../lib/component.ts";
import { UserError } from "../../../lib/errors.ts";
import { GeneratedSecrets } from "../../../lib/generated-secrets.ts";
import type { ClusterHandle, SecretsHandle } from "../../../lib/handles.ts";
import { meshedFlows } from "../../../lib/mesh/flows.ts";
import type { MeshMembers } from "../../../lib/mesh/membership.ts";
import { createNamespace } from "../../../lib/namespace.ts";
import { allowFlows, apiServer, awsFlows, type Peer } from "../../../lib/network-policy.ts";
import { createRelease } from "../../../lib/release.ts";
import { metadata, workloadLabels } from "../../../lib/workload.ts";
import { namespaces, ports, services } from "../../../names.ts";
import { secretStatements } from "./policy.ts";
import { apiVersion, backendPort, itemSpec, loginKeys, secretNames, storeSpec } from "./store-spec.ts";
import { externalSecretsValues, reloaderValues } from "./values.ts";

type AwsBackend = Extract<SecretsConfig["backend"], { kind: "aws" }>;

export interface ExternalSecretsArgs {
  readonly cluster: ClusterHandle;
  readonly config: SecretsConfig;
  /** Namespace of the apps. Waits for it. */
  readonly appNamespace: pulumi.Input<string>;
  /** The apps' namespace may take part in it, and so the pods that restart them. Left out: there is no mesh. */
  readonly mesh?: MeshMembers;
  /** Secret: the login of the backend, as JSON. For AWS without a role. */
  readonly credentials?: pulumi.Output<string>;
}

/** Service account in the namespace of the apps that the controller acts as, and the name of the store. */
const reader = "secret-reader";

const prometheus: Peer = { namespace: namespaces.observability, workload: services.prometheus };

export class ExternalSecrets extends Component implements SecretsHandle {
  readonly reload: SecretsConfig["reload"];
  readonly #secrets: ReadonlyMap<string, pulumi.Output<string>>;

  /** @throws UserError where the backend needs a login and there is none. */
  constructor(name: string, args: ExternalSecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "ExternalSecrets", name, options);
    const { cluster, config, appNamespace } = args;
    const { backend } = config;
    const child: pulumi.CustomResourceOptions = { parent: this };
    this.reload = config.reload;
    const own = (suffix: string) => metadata(suffix, appNamespace, { workload: services.externalSecrets });

    // By a role of its own the controller reads in the account, as itself.
    const aws = backend.kind === "aws" ? cluster.aws : undefined;
    const namespace = createNamespace(name, { name: namespaces.externalSecrets }, child);
    const identity =
      aws && backend.kind === "aws" ? this.#identity(name, { aws, backend, items: config.items }) : undefined;
    const operator = createRelease(
      `${name}-operator`,
      {
        name: services.externalSecrets,
        chart: cluster.charts.chart("externalSecrets"),
        // It looks for its credentials once, when it starts.
        namespace: identity ? pulumi.all([namespace, identity]).apply(([known]) => known) : namespace,
        // Its roles are made in the namespace of the apps, which so comes first.
        values: externalSecretsValues(appNamespace, chartImage(cluster.images, "externalSecrets")),
      },
      child,
    );
    allowFlows(
      name,
      {
        namespace,
        workload: services.externalSecrets,
        flows: {
          ingress: [{ peers: [prometheus], ports: [ports.externalSecretsMetrics] }],
          egress: [apiServer, { peers: ["anywhere"], ports: [backendPort(backend)] }, ...(aws ? awsFlows : [])],
        },
      },
      child,
    );

    const serviceAccount = aws
      ? undefined
      : new ServiceAccount(
          `${name}-reader`,
          {
            metadata: metadata(reader, appNamespace, {
              workload: services.externalSecrets,
              ...(backend.kind === "aws" &&
                backend.role !== undefined && { annotations: { "eks.amazonaws.com/role-arn": backend.role } }),
            }),
            automountServiceAccountToken: false,
          },
          child,
        ).metadata.name;
    if (backend.kind === "kubernetes" && serviceAccount)
      this.#source(name, { serviceAccount, appNamespace, items: config.items, generate: backend.generate }, child);
    const store = new CustomResource(
      `${name}-store`,
      {
        apiVersion,
        kind: "SecretStore",
        // The release's name: its definitions must be there first.
        metadata: { ...own(reader), name: operator.name.apply(() => reader) },
        spec: storeSpec(backend, {
          ...(serviceAccount && { serviceAccount }),
          ...(aws && { region: aws.region }),
          ...(backend.kind === "aws" &&
            !aws &&
            backend.role === undefined && { login: this.#login(name, args.credentials, own("backend-login"), child) }),
        }),
      },
      child,
    ).metadata.apply(() => reader);
    this.#secrets = new Map(
      Object.entries(config.items).map(([item, value]) => [
        item,
        new CustomResource(
          `${name}-item-${item}`,
          { apiVersion, kind: "ExternalSecret", metadata: own(item), spec: itemSpec(item, value, store) },
          child,
        ).metadata.apply(() => item),
      ]),
    );
    if (config.reload === "reloader") this.#reloader(name, { cluster, appNamespace, mesh: args.mesh }, child);
    this.registerOutputs({ items: Object.keys(config.items) });
  }

  secret(item: string): pulumi.Output<string> {
    const found = this.#secrets.get(item);
    if (found === undefined) throw new UserError(`strata:secrets.items: "${item}" is not declared`);
    return found;
  }

  /** @throws UserError for a name that the role may not read: where the prefix is the cluster's name, only here it is known. */
  #identity(
    name: string,
    args: { readonly aws: AwsHandle; readonly backend: AwsBackend; readonly items: SecretsConfig["items"] },
  ): pulumi.Output<string> {
    const { aws, backend, items } = args;
    const prefix = backend.prefix ?? aws.clusterName;
    const below = nameBelow(backend.service, prefix);
    const outside = secretNames(items).filter((from) => !from.startsWith(below));
    if (outside.length > 0)
      throw new UserError(
        `strata:secrets.items: ${outside.join(", ")} is not below ${below}, which is all that the role may read. Rename it, or set secrets.backend.prefix`,
      );
    return aws.identity(name, {
      namespace: namespaces.externalSecrets,
      serviceAccount: services.externalSecrets,
      statements: secretStatements(aws, backend.service, prefix),
    });
  }

  /** The namespace that Secrets are read from, and the right to read those that an item names. */
  #source(
    name: string,
    args: {
      serviceAccount: pulumi.Output<string>;
      appNamespace: pulumi.Input<string>;
      items: SecretsConfig["items"];
      /** Secret to the keys that get random values. */
      generate: Readonly<Record<string, readonly string[]>>;
    },
    child: pulumi.CustomResourceOptions,
  ): void {
    const namespace = createNamespace(`${name}-source`, { name: namespaces.secretSource }, child);
    const random = { parent: new GeneratedSecrets("platform", name) };
    for (const [secret, keys] of Object.entries(args.generate))
      new Secret(
        `${name}-source-${secret}`,
        {
          metadata: metadata(secret, namespace, { workload: services.externalSecrets }),
          stringData: Object.fromEntries(
            keys.map((key) => {
              const { result } = new RandomPassword(`${name}-${secret}-${key}`, { length: 32, special: false }, random);
              return [key, pulumi.secret(result)];
            }),
          ),
        },
        child,
      );
    const names = secretNames(args.items);
    if (names.length === 0) return;
    const role = new Role(
      `${name}-source`,
      {
        metadata: metadata(reader, namespace, { workload: services.externalSecrets }),
        rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: names, verbs: ["get"] }],
      },
      child,
    );
    new RoleBinding(
      `${name}-source`,
      {
        metadata: { name: reader, namespace, labels: workloadLabels(services.externalSecrets) },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: args.serviceAccount, namespace: args.appNamespace }],
      },
      child,
    );
  }

  #login(
    name: string,
    credentials: pulumi.Output<string> | undefined,
    meta: ReturnType<typeof metadata>,
    child: pulumi.CustomResourceOptions,
  ): pulumi.Output<string> {
    if (credentials === undefined)
      throw new UserError(
        "strata:secrets.backend: AWS needs a role, or a login in the secret strata:secretsCredentials. Set it with: " +
          `pulumi config set --secret secretsCredentials '{"accessKeyId": "...", "secretAccessKey": "..."}'`,
      );
    const parsed = credentials.apply((json) => loginOf(json));
    return new Secret(
      `${name}-login`,
      {
        metadata: meta,
        stringData: {
          [loginKeys.accessKeyId]: pulumi.secret(parsed.accessKeyId),
          [loginKeys.secretAccessKey]: pulumi.secret(parsed.secretAccessKey),
        },
      },
      child,
    ).metadata.name;
  }

  /** In the namespace of the apps: what it may read and restart ends there. */
  #reloader(
    name: string,
    args: { cluster: ClusterHandle; appNamespace: pulumi.Input<string>; mesh: MeshMembers | undefined },
    child: pulumi.CustomResourceOptions,
  ): void {
    const { cluster, appNamespace: namespace } = args;
    createRelease(
      `${name}-reloader`,
      {
        name: services.reloader,
        chart: cluster.charts.chart("reloader"),
        namespace,
        values: reloaderValues(chartImage(cluster.images, "reloader")),
      },
      child,
    );
    allowFlows(
      `${name}-reloader`,
      {
        namespace,
        workload: services.reloader,
        flows: meshedFlows(
          namespaces.apps,
          { ingress: [{ peers: [prometheus], ports: [ports.reloaderMetrics] }], egress: [apiServer] },
          args.mesh,
        ),
      },
      child,
    );
  }
}

/** @throws UserError that names what is missing, and never what is there. */
export const loginOf = (json: string): { accessKeyId: string; secretAccessKey: string } => {
  let parsed: Record<string, unknown> = {};
  try {
    parsed = JSON.parse(json) as Record<string, unknown>;
  } catch {
    // Told below, without the text.
  }
  const { accessKeyId, secretAccessKey } = parsed ?? {};
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string")
    throw new UserError(
      'strata:secretsCredentials: expected {"accessKeyId": "...", "secretAccessKey": "..."} as JSON. Set it again with pulumi config set --secret',
    );
  return { accessKeyId, secretAccessKey };
};
