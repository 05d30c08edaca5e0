// When an object of a kind counts as ready: one pure rule per kind, from the object and what it refers to.
import { at, isObject, listAt, type Properties, stringAt } from "../../rpc/values.ts";
import { annotation, annotations, condition, conditionTrue, identityOf, type KubeObject, nameOf } from "../object.ts";
import { customCondition } from "./custom.ts";
import { failed, ready, type Verdict, waiting } from "./verdict.ts";
import { daemonSet, deployment, replicationController, statefulSet } from "./workloads.ts";

/** What a rule needs besides the object itself, fetched by the caller only for rules that ask. */
export interface Related {
  /** volumeBindingMode of a claim's storage class. */
  readonly bindingMode?: string;
  /** Service name to the number of its ready endpoints. */
  readonly endpoints?: Readonly<Record<string, number>>;
  /** The object is updated, not created. */
  readonly update?: boolean;
}

type Rule = (object: KubeObject, related: Related) => Verdict;

const job: Rule = (object) => {
  const failure = condition(object, "Failed");
  if (failure?.["status"] === "True") {
    return failed(`[${stringAt(failure, "reason") ?? "Failed"}] ${stringAt(failure, "message") ?? "the Job failed"}`);
  }
  if (conditionTrue(object, "Complete")) return ready;
  const [active, succeeded, broken] = ["active", "succeeded", "failed"].map((key) => at(object, "status", key) ?? 0);
  const started = stringAt(object, "status", "startTime") !== undefined;
  return waiting(
    started
      ? `Waiting for Job "${nameOf(object)}" to succeed (Active: ${active} | Succeeded: ${succeeded} | Failed: ${broken})`
      : `Waiting for Job "${nameOf(object)}" to start`,
  );
};

const pod: Rule = (object) => {
  const phase = stringAt(object, "status", "phase");
  if (phase === "Succeeded" || conditionTrue(object, "Ready")) return ready;
  if (phase === "Failed")
    return failed(`Pod "${nameOf(object)}" failed: ${stringAt(object, "status", "message") ?? "see its containers"}`);
  const complaints = ["PodScheduled", "Initialized", "Ready"].flatMap((type) => {
    const found = condition(object, type);
    return found && found["status"] !== "True" && found["message"] ? [`[${found["reason"]}] ${found["message"]}`] : [];
  });
  return waiting(`Waiting for Pod "${nameOf(object)}" to be ready`, complaints);
};

const claim: Rule = (object, { bindingMode, update }) => {
  const phase = stringAt(object, "status", "phase");
  if (phase === "Bound") return ready;
  if (phase === "Lost") return failed(`PersistentVolumeClaim "${nameOf(object)}" lost its volume`);
  // Such a claim is bound by the first pod that uses it, and that pod often waits for this claim's resource.
  if (bindingMode === "WaitForFirstConsumer" && (phase === "Pending" || update)) return ready;
  return waiting(`Waiting for PersistentVolumeClaim "${nameOf(object)}" to be bound (phase: ${phase ?? "none"})`);
};

const volume: Rule = (object) => {
  const phase = stringAt(object, "status", "phase");
  return phase === "Available" || phase === "Bound" ? ready : waiting(`Waiting for PersistentVolume to be available`);
};

const isEmptySelector = (object: KubeObject): boolean => {
  const selector = at(object, "spec", "selector");
  return !isObject(selector) || Object.keys(selector).length === 0;
};

const service: Rule = (object, { endpoints }) => {
  const type = stringAt(object, "spec", "type") ?? "ClusterIP";
  if (type === "ExternalName") return ready;
  if (type === "LoadBalancer" && listAt(object, "status", "loadBalancer", "ingress").length === 0) {
    return waiting("Attempting to allocate IP address to Service", [
      "Service was not allocated an IP address; does your cloud provider support this?",
    ]);
  }
  if (isEmptySelector(object) || (endpoints?.[nameOf(object)] ?? 0) > 0) return ready;
  return waiting("Waiting for Service to target Pods", [
    "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
  ]);
};

/** Names of the Services that an Ingress sends to. */
export const backends = (object: KubeObject): string[] => {
  const paths = listAt(object, "spec", "rules").flatMap((rule) => listAt(rule, "http", "paths"));
  const names = paths.map((path) => stringAt(path, "backend", "service", "name"));
  names.push(stringAt(object, "spec", "defaultBackend", "service", "name"));
  return [...new Set(names.filter((name) => name !== undefined))];
};

const ingress: Rule = (object, { endpoints }) => {
  const missing = backends(object).filter((name) => (endpoints?.[name] ?? 0) === 0);
  if (missing.length > 0) {
    return waiting("Waiting for the Ingress's Services to have endpoints", [
      `Ingress has a rule that does not match a Service with ready endpoints: ${missing.join(", ")}`,
    ]);
  }
  if (listAt(object, "status", "loadBalancer", "ingress").length > 0) return ready;
  return waiting("Waiting for the Ingress to be allocated an address", [
    "Ingress .status.loadBalancer field was not updated with a hostname/IP address: an ingress controller may be missing, " +
      "or the Service of the controller has no address",
  ]);
};

const definition: Rule = (object) => {
  const names = condition(object, "NamesAccepted");
  if (names?.["status"] === "False") return failed(`[${names["reason"]}] ${names["message"]}`);
  return conditionTrue(object, "Established")
    ? ready
    : waiting("Waiting for CustomResourceDefinition to be established");
};

const quota: Rule = (object) => {
  const [wanted, seen] = [at(object, "spec", "hard"), at(object, "status", "hard")];
  const keys = isObject(wanted) ? Object.keys(wanted) : [];
  return keys.every((key) => isObject(seen) && key in seen)
    ? ready
    : waiting("Waiting for the ResourceQuota to be counted");
};

const token: Rule = (object) => {
  if (object["type"] !== "kubernetes.io/service-account-token") return ready;
  const data = object["data"];
  return isObject(data) && Object.keys(data).length > 0 ? ready : waiting("Waiting for the ServiceAccount token");
};

const rules: Readonly<Record<string, Rule>> = {
  "apps/DaemonSet": daemonSet,
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "batch/Job": job,
  "/PersistentVolume": volume,
  "/PersistentVolumeClaim": claim,
  "/Pod": pod,
  "/ReplicationController": replicationController,
  "/ResourceQuota": quota,
  "/Secret": token,
  "/Service": service,
  "networking.k8s.io/Ingress": ingress,
  "apiextensions.k8s.io/CustomResourceDefinition": definition,
};

const keyOf = (object: Properties): string => {
  const { group, kind } = identityOf(object);
  return `${group}/${kind}`;
};

/** Kinds whose readiness a refresh looks at too, as the official plugin's does. */
const checkedOnRead: ReadonlySet<string> = new Set([
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
  "/Pod",
  "/Service",
  "networking.k8s.io/Ingress",
]);

export const isCheckedOnRead = (object: KubeObject): boolean => checkedOnRead.has(keyOf(object));

/** True if there is anything to wait for. */
export const isAwaited = (inputs: KubeObject): boolean =>
  annotation(inputs, annotations.skipAwait) !== "true" &&
  (annotation(inputs, annotations.waitFor) !== undefined || keyOf(inputs) in rules);

/** Is the object ready? `waitFor` annotations take the place of the kind's own rule. */
export const evaluate = (object: KubeObject, related: Related, inputs: KubeObject): Verdict => {
  const custom = annotation(inputs, annotations.waitFor);
  if (custom !== undefined) return customCondition(object, custom);
  return rules[keyOf(object)]?.(object, related) ?? ready;
};
