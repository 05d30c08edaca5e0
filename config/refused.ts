// What a stack file can't have for a reason that "unknown key" or "not allowed" would hide. docs/choices.md lists the same.
import { localKinds } from "../lib/cluster-kinds.ts";

/** Path of a key to the reason, and what to do. */
export const refusedKeys: Readonly<Record<string, string>> = {
  "cluster.servers":
    "a local cluster has one control plane: on one machine a second one survives nothing more. Remove the key; more nodes are agents (k3d) or workers (kind)",
  "cluster.ttl": `not for this kind. Only a cluster that strata makes (${localKinds.join(", ")}) has a time to live: nothing deletes an existing one. Remove the key`,
  "gitops.imageUpdater":
    "an updater in the cluster writes tags into what is rendered, which the program then finds changed by hand, and none of it is the pinned commit. Let a bot propose changes of versions.ts and the stack files: docs/choices.md",
  "observability.elastic":
    "logs are kept by Loki in the object store. Elasticsearch would be a second store with an index, heap and licence of its own. Remove the key, or send them on from the collector",
};

const retired =
  "ingress-nginx was archived in March 2026 and gets no security fixes. Use traefik, which serves Ingress objects and HTTPRoutes, or cilium";

/** Path of a key to the values that are refused, each with the reason and what to do. */
export const refusedValues: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "network.cni.kind": {
    "aws-vpc-cni":
      "An EKS cluster brings it along, and other clusters can't have it. Leave network.cni out: default keeps what the cluster has",
    flannel: "It enforces no NetworkPolicy, and every namespace here denies by default. Use default, cilium or calico",
    weave: "Its publisher is gone and nobody repairs it. Use cilium or calico",
  },
  "network.ingress.kind": { nginx: retired, "ingress-nginx": retired },
  "secrets.kind": {
    vault:
      "A store is a backend and not a controller. Use kind: external-secrets with backend: { kind: vault }, which OpenBao understands as well",
    "sealed-secrets":
      "Secrets would be in Git, sealed with a key that lives in one cluster. Use external-secrets: Git then holds their names only",
  },
  "policy.kind": {
    gatekeeper:
      "Its policies are Rego programs in custom kinds of their own, where Kyverno's are the API server's own language (CEL) and so can be tested by it. Use kyverno",
  },
  "observability.logs.agent": {
    elastic:
      "Elastic's agents ship to Elasticsearch, which strata does not run: every log dashboard asks Loki. Use alloy or fluent-bit",
    fluentd: "It does what Fluent Bit does with ten times the memory on every node. Use fluent-bit",
    promtail: "It has reached its end of life. Use alloy, its successor",
  },
  "postgres.kind": {
    zalando: "Its operator needs rights in the whole cluster. Use cloudnative-pg",
  },
};
