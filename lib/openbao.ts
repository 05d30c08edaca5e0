// Names that OpenBao's operator derives from a cluster's name (its documentation, 0.5), and those of strata beside them. Pure.
import { host, namespaces } from "../names.ts";

export const openbaoApi = "openbao.org/v1alpha1";

/** Audience of the tokens that the operator, its Jobs and the admin log in with; the operator's own default. */
export const openbaoAudience = "openbao-internal";

export const openbaoNames = (cluster: string) => ({
  namespace: namespaces.openbao,
  cluster,
  tenant: `${cluster}-tenant`,
  /** Service of the pods that answer clients. Its address does not change while an upgrade replaces them. */
  service: `${cluster}-public`,
  serviceHost: host(`${cluster}-public`, namespaces.openbao),
  /** ConfigMap with `ca.crt`, the root of the certificate below. */
  caConfigMap: `${cluster}-tls-ca`,
  /** Name in the certificate of every pod. */
  tlsServerName: `openbao-cluster-${cluster}.local`,
  httpRoute: `${cluster}-httproute`,
  /** Never there where a cluster initialized itself. */
  rootToken: `${cluster}-root-token`,
  /** Service account whose tokens log in as admin, and the role that lets it. */
  adminAccount: "openbao-admin",
  adminRole: "admin",
  /** Mount of the admin's logins; the operator has one of its own. */
  adminMount: "jwt",
  /** Secret with the login to the bucket of backups. */
  backupSecret: `${cluster}-backup-login`,
  /** Folder in the bucket; the operator adds namespace and cluster below it. */
  backupPrefix: `clusters/${cluster}`,
  restoreRole: "openbao-operator-restore",
  /** Mount of the secrets, of the second version of the engine kv. */
  secrets: "secret",
  demoUser: "demo-admin",
  /** Secret with the login of that user. */
  demoSecret: `${cluster}-demo-login`,
});

export type OpenBaoNames = ReturnType<typeof openbaoNames>;

/** On an OpenBaoCluster: changing it asks for a backup. The operator takes it away again, so nothing declares it. */
export const triggerBackupAnnotation = "openbao.org/trigger-backup";
/** On an OpenBaoCluster: what its nodes lack, in words. */
export const nodeLimitationAnnotation = "strata.dev/node-limitation";
