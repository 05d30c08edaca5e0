// What is known about kinds without asking a server: scope, and which types this plugin leaves to the official one.
import { isRelease } from "./helm/release.ts";
import type { Identity } from "./object.ts";

const clusterScoped: ReadonlySet<string> = new Set([
  "/ComponentStatus",
  "/Namespace",
  "/Node",
  "/PersistentVolume",
  "admissionregistration.k8s.io/MutatingAdmissionPolicy",
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
  "authentication.k8s.io/SelfSubjectReview",
  "authentication.k8s.io/TokenReview",
  "authorization.k8s.io/SelfSubjectAccessReview",
  "authorization.k8s.io/SelfSubjectRulesReview",
  "authorization.k8s.io/SubjectAccessReview",
  "certificates.k8s.io/CertificateSigningRequest",
  "certificates.k8s.io/ClusterTrustBundle",
  "flowcontrol.apiserver.k8s.io/FlowSchema",
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
  "internal.apiserver.k8s.io/StorageVersion",
  "networking.k8s.io/IPAddress",
  "networking.k8s.io/IngressClass",
  "networking.k8s.io/ServiceCIDR",
  "node.k8s.io/RuntimeClass",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "resource.k8s.io/DeviceClass",
  "resource.k8s.io/DeviceTaintRule",
  "resource.k8s.io/ResourceSlice",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/CSIDriver",
  "storage.k8s.io/CSINode",
  "storage.k8s.io/StorageClass",
  "storage.k8s.io/VolumeAttachment",
  "storage.k8s.io/VolumeAttributesClass",
  "storagemigration.k8s.io/StorageVersionMigration",
]);

/** Groups that a bare API server serves: those without a dot, and all that end in .k8s.io but are no add-on's. */
const builtIn: ReadonlySet<string> = new Set([
  "",
  "apps",
  "autoscaling",
  "batch",
  "events.k8s.io",
  "extensions",
  "policy",
  "coordination.k8s.io",
  "discovery.k8s.io",
  ...[...clusterScoped].map((entry) => entry.slice(0, entry.indexOf("/"))),
]);

export const isBuiltIn = ({ group }: Identity): boolean => builtIn.has(group);

/** Undefined where only the server knows: kinds of custom resources. */
export const namespaced = (identity: Identity): boolean | undefined =>
  isBuiltIn(identity) ? !clusterScoped.has(`${identity.group}/${identity.kind}`) : undefined;

/** Why the plugin does not serve that type, or undefined if it does. */
export const unsupportedType = (type: string, identity: Identity): string | undefined => {
  if (isRelease(type)) return undefined;
  const official = "install the official plugin (pulumi plugin install resource kubernetes)";
  if (/^kubernetes:(helm\.sh|yaml|kustomize)[:/]/.test(type)) {
    return `the offline kubernetes plugin does not serve ${type}: ${official}, or declare the objects themselves`;
  }
  if (identity.version === "") return `the offline kubernetes plugin does not know ${type}: ${official}`;
  if (isBuiltIn(identity) && identity.kind.endsWith("List")) {
    return `${type} cannot be created: declare the items as resources of their own`;
  }
  if (isBuiltIn(identity) && identity.kind.endsWith("Patch")) {
    return `the offline kubernetes plugin does not serve patch resources such as ${type}: ${official}`;
  }
  return undefined;
};
