// Fields that the API server refuses to change: a change there replaces the object.
import { at, type Properties, type Value } from "../rpc/values.ts";
import type { Identity, KubeObject } from "./object.ts";

export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

const workload = ["spec.selector"];
const statefulSet = [
  ...workload,
  "spec.podManagementPolicy",
  "spec.revisionHistoryLimit",
  "spec.serviceName",
  "spec.volumeClaimTemplates",
];
const job = [
  ...workload,
  "spec.completionMode",
  "spec.completions",
  "spec.parallelism",
  "spec.podFailurePolicy",
  "spec.template",
];
const claim = [
  "accessModes",
  "dataSource",
  "dataSourceRef",
  "selector",
  "storageClassName",
  "volumeMode",
  "volumeName",
].map((field) => `spec.${field}`);
const volumeSources = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
].map((source) => `spec.${source}`);
const storageClass = ["allowedTopologies", "parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"];

/** Of a pod only images, deadlines, tolerations and metadata can change in place. */
const podMutable = ["activeDeadlineSeconds", "tolerations", "containers", "initContainers", "ephemeralContainers"];

const fields: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": workload,
  "apps/Deployment": workload,
  "apps/ReplicaSet": workload,
  "apps/StatefulSet": statefulSet,
  "batch/Job": job,
  "/PersistentVolume": volumeSources,
  "/PersistentVolumeClaim": claim,
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
  "networking.k8s.io/IngressClass": ["spec.controller"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "scheduling.k8s.io/PriorityClass": ["value", "preemptionPolicy"],
  "storage.k8s.io/StorageClass": storageClass,
};

/** True if a change at the path (object keys and list indexes) cannot be made in place. */
export type ForceNew = (path: readonly (string | number)[], value: Value | undefined) => boolean;

const startsWith = (path: readonly (string | number)[], field: readonly string[]): boolean =>
  field.every((step, i) => path[i] === step);

const podForcesNew = (path: readonly (string | number)[]): boolean => {
  if (path[0] !== "spec" || typeof path[1] !== "string") return false;
  if (!podMutable.includes(path[1])) return true;
  return path[1].endsWith("ontainers") && path[3] !== "image";
};

export const forceNew = (identity: Identity, object: KubeObject, mutable: Mutability): ForceNew => {
  const key = `${identity.group}/${identity.kind}`;
  const immutable = object["immutable"] === true;
  const dataIsFixed =
    (key === "/ConfigMap" && (!mutable.configMaps || immutable)) ||
    (key === "/Secret" && (!mutable.secrets || immutable));
  const paths = [
    ...["kind", "metadata.name", "metadata.namespace"],
    ...(fields[key] ?? []),
    ...(dataIsFixed ? ["data", "stringData", "binaryData"] : []),
  ].map((path) => path.split("."));
  return (path, value) => {
    if (key === "/Pod" && podForcesNew(path)) return true;
    return paths.some((field) => {
      if (path.length >= field.length) return startsWith(path, field);
      // A whole subtree came or went: it counts if the field is in it.
      const rest = field.slice(path.length);
      return startsWith(field, path.map(String)) && at(value as Properties, ...rest) !== undefined;
    });
  };
};
