// Pods and Services that break a rule, and some that only look like it: each is given to the rule's check and to its CEL.

import type { Plan } from "../../tools/plan/record.ts";
import { objectsOf, workloadsOf } from "./kubernetes.ts";

export type Body = Record<string, unknown>;

export interface Pod extends Body {
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: {
    containers: { image: string; resources: Body; securityContext: Body; volumeMounts?: { name: string }[] }[];
    securityContext: Body;
  } & Body;
}

export interface Service extends Body {
  metadata: { name: string; namespace: string };
  spec: Body;
}

/** Claims and accounts are made by others; no policy looks at them. */
const withVolumes = (spec: Pod["spec"]): Pod["spec"] => {
  const volumes = (spec["volumes"] ?? []) as { name: string }[];
  const mounts = spec.containers.flatMap(({ volumeMounts }) => volumeMounts ?? []);
  const missing = [...new Set(mounts.map(({ name }) => name))].filter(
    (name) => !volumes.some((volume) => volume.name === name),
  );
  return {
    ...spec,
    serviceAccountName: "default",
    volumes: [...volumes, ...missing.map((name) => ({ name, emptyDir: {} }))],
  };
};

/** A pod of each workload of a plan. */
export const podsOf = (plan: Plan): Pod[] =>
  workloadsOf(plan).map(({ metadata, podLabels, pod }) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: metadata.name ?? "", namespace: metadata.namespace ?? "", labels: podLabels },
    spec: withVolumes(pod as unknown as Pod["spec"]),
  }));

export const servicesOf = (plan: Plan): Service[] =>
  objectsOf(plan)
    .filter(({ kind }) => kind === "Service")
    .map(({ metadata, spec }) => ({ apiVersion: "v1", kind: "Service", metadata, spec }) as unknown as Service);

const first = (pod: Pod) => {
  const [container] = pod.spec.containers;
  if (!container) throw new Error("a pod without a container");
  return container;
};

export interface PodExample {
  readonly what: string;
  /** The one rule that it breaks; "none" for one that breaks none. */
  readonly rule: string;
  /** Workload whose pod is changed. Default: podinfo. */
  readonly of?: string;
  readonly change: (pod: Pod) => unknown;
}

const digest = `@sha256:${"0".repeat(64)}`;
const host = { name: "writable-0", hostPath: { path: "/" } };

/** `on: "digests"` where every image needs one. */
export const imageExamples = (on: "tags" | "digests"): readonly PodExample[] => {
  const rule = "strata-images";
  const image = (what: string, reference: string, broken: boolean): PodExample => ({
    what,
    rule: broken ? rule : "none",
    change: (pod) => (first(pod).image = reference),
  });
  const byTag = on === "digests";
  return [
    image("the tag latest", "ghcr.io/acme/a:latest", true),
    image("no tag", "localhost:5000/a", true),
    image("a tag", "ghcr.io/acme/a:1.4.2", byTag),
    image("a tag that may go without a digest", "ghcr.io/acme/known:1.0.0", false),
    image("a tag and a digest", `ghcr.io/acme/a:1.4.2${digest}`, false),
    image("a digest alone", `localhost:5000/a${digest}`, false),
  ];
};

export const podExamples: readonly PodExample[] = [
  ...imageExamples("tags"),
  { what: "no requests", rule: "strata-resources", change: (pod) => delete first(pod).resources["requests"] },
  {
    // Of CPU alone would be enough for the cluster: the API server takes the memory's from its limit, and a plan must say it.
    what: "a request of memory alone",
    rule: "strata-resources",
    change: (pod) => (first(pod).resources["requests"] = { memory: "16Mi" }),
  },
  { what: "no limit", rule: "strata-resources", change: (pod) => delete first(pod).resources["limits"] },
  {
    what: "privileges",
    rule: "strata-hardening",
    change: (pod) => Object.assign(first(pod).securityContext, { privileged: true, allowPrivilegeEscalation: true }),
  },
  {
    what: "a way to privileges",
    rule: "strata-hardening",
    change: (pod) => delete first(pod).securityContext["allowPrivilegeEscalation"],
  },
  {
    what: "a writable root",
    rule: "strata-hardening",
    change: (pod) => delete first(pod).securityContext["readOnlyRootFilesystem"],
  },
  {
    what: "capabilities",
    rule: "strata-hardening",
    change: (pod) => delete first(pod).securityContext["capabilities"],
  },
  {
    what: "no seccomp profile",
    rule: "strata-hardening",
    change: (pod) => delete pod.spec.securityContext["seccompProfile"],
  },
  {
    what: "the seccomp profile of its container",
    rule: "none",
    change: (pod) => {
      delete pod.spec.securityContext["seccompProfile"];
      for (const container of pod.spec.containers)
        container.securityContext["seccompProfile"] = { type: "RuntimeDefault" };
    },
  },
  { what: "root", rule: "strata-node", change: (pod) => (pod.spec.securityContext["runAsUser"] = 0) },
  {
    what: "whatever user",
    rule: "strata-node",
    change: (pod) => delete pod.spec.securityContext["runAsNonRoot"],
  },
  {
    what: "a user of its container",
    rule: "none",
    change: (pod) => {
      delete pod.spec.securityContext["runAsUser"];
      for (const container of pod.spec.containers) container.securityContext["runAsUser"] = 1000;
    },
  },
  { what: "the host's network", rule: "strata-node", change: (pod) => (pod.spec["hostNetwork"] = true) },
  { what: "the host's processes", rule: "strata-node", change: (pod) => (pod.spec["hostPID"] = true) },
  {
    what: "the host's files",
    rule: "strata-node",
    change: (pod) => (pod.spec["volumes"] = [host, { name: "writable-1", emptyDir: {} }]),
  },
  {
    what: "the host, under another name",
    rule: "strata-node",
    of: "node-exporter",
    change: (pod) => (pod.metadata.labels["app.kubernetes.io/name"] = "x"),
  },
];

/** The pod of an example, made from a workload of the plan. */
export const podOfExample = (pods: readonly Pod[], { of = "podinfo", change }: PodExample): Pod => {
  const found = pods.find(({ metadata }) => metadata.name === of);
  if (!found) throw new Error(`no pod is made from ${of}`);
  const pod = structuredClone(found);
  change(pod);
  return pod;
};

export interface ServiceExample {
  readonly what: string;
  readonly rule: "strata-ports" | "none";
  readonly spec: Body;
}

export const serviceExamples: readonly ServiceExample[] = [
  { what: "a load balancer", rule: "strata-ports", spec: { type: "LoadBalancer", ports: [{ port: 80 }] } },
  {
    what: "a node port that is not ours",
    rule: "strata-ports",
    spec: { type: "NodePort", ports: [{ port: 80, nodePort: 31999 }] },
  },
  { what: "a node port of ours", rule: "none", spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30300 }] } },
  { what: "no type", rule: "none", spec: { ports: [{ port: 80 }] } },
];

export const serviceOfExample = ({ spec }: ServiceExample, namespace = "apps"): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "x", namespace },
  spec,
});

/** For the examples' images. */
export const exampleTraits = {
  tags: { digests: "not asked", loadBalancers: {} },
  digests: { digests: { byTag: ["ghcr.io/acme/known:1.0.0"] }, loadBalancers: {} },
} as const;
