// The custom resources of External Secrets as data: the store of each backend, and an item of it.
import type * as pulumi from "@pulumi/pulumi";
import type { SecretsConfig } from "../../../config/schema.ts";
import { namespaces } from "../../../names.ts";

export const apiVersion = "external-secrets.io/v1";

type Backend = SecretsConfig["backend"];
type Item = SecretsConfig["items"][string];

/** Keys of the Secret with a login of AWS. */
export const loginKeys = { accessKeyId: "accessKeyId", secretAccessKey: "secretAccessKey" } as const;

export interface StoreArgs {
  /** Service account that the controller acts as. Left out where it acts as itself, by a role of its own. */
  readonly serviceAccount?: pulumi.Input<string>;
  /** Of that role's secrets. */
  readonly region?: string;
  /** Secret with loginKeys; for a backend without workload identity. */
  readonly login?: pulumi.Input<string>;
}

const provider = (backend: Backend, { serviceAccount, login, region }: StoreArgs) => {
  const serviceAccountRef = serviceAccount === undefined ? undefined : { name: serviceAccount };
  switch (backend.kind) {
    case "kubernetes":
      return {
        kubernetes: {
          remoteNamespace: namespaces.secretSource,
          server: { caProvider: { type: "ConfigMap", name: "kube-root-ca.crt", key: "ca.crt" } },
          auth: { serviceAccount: serviceAccountRef },
        },
      };
    case "aws":
      return {
        aws: {
          service: backend.service,
          region: backend.region ?? region,
          ...(login !== undefined && {
            auth: {
              secretRef: {
                accessKeyIDSecretRef: { name: login, key: loginKeys.accessKeyId },
                secretAccessKeySecretRef: { name: login, key: loginKeys.secretAccessKey },
              },
            },
          }),
          ...(login === undefined && serviceAccountRef && { auth: { jwt: { serviceAccountRef } } }),
        },
      };
    case "vault":
      return {
        vault: {
          server: backend.server,
          path: backend.path,
          version: backend.version,
          ...(backend.caBundle !== undefined && { caBundle: backend.caBundle }),
          auth: { kubernetes: { mountPath: backend.mount, role: backend.role, serviceAccountRef } },
        },
      };
  }
};

export const storeSpec = (backend: Backend, args: StoreArgs) => ({ provider: provider(backend, args) });

export const itemSpec = (name: string, item: Item, store: pulumi.Input<string>) => ({
  refreshInterval: item.refresh,
  secretStoreRef: { kind: "SecretStore", name: store },
  // The Secret goes with its item, and stays as it is when the backend has lost the value.
  target: { name, creationPolicy: "Owner", deletionPolicy: "Retain" },
  data: Object.entries(item.keys).map(([secretKey, { from, property }]) => ({
    secretKey,
    remoteRef: { key: from, ...(property !== undefined && { property }) },
  })),
});

/** What the items read in the backend, by its name there. */
export const secretNames = (items: SecretsConfig["items"]): string[] =>
  [...new Set(Object.values(items).flatMap(({ keys }) => Object.values(keys).map(({ from }) => from)))].sort();

/** Port of the backend's address, where it has one of its own; every other is reached on 443. */
export const backendPort = (backend: Backend): number => {
  if (backend.kind !== "vault") return 443;
  const { port, protocol } = new URL(backend.server);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
};
