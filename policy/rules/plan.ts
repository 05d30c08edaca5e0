// Rules that only a plan can show: of a provider, a deadline or a literal nothing is left in the cluster, and an object alone
// does not tell what else is there. Pure.
import { privilegedNamespaces } from "../../lib/pod-security.ts";
import { containersOf, kindOf, metadataOf, namespaceOf, type PlannedObject, podOf } from "./objects.ts";
import type { ObjectRule, StackRule } from "./types.ts";

const objectRule = (rule: Omit<ObjectRule, "seen" | "of" | "except"> & Partial<ObjectRule>): ObjectRule => ({
  except: {},
  ...rule,
  seen: "plan",
  of: "objects",
});

export const provider = objectRule({
  name: "strata-provider",
  describes: "Every object names its provider",
  objects: [
    {
      says: "An object needs an explicit provider: the default one takes whatever kubeconfig the shell has",
      next: "Pass the options that its layer was given ({ parent: this } in a component)",
      holds: ({ provider }) => provider !== "" && !provider.startsWith("default"),
    },
  ],
});

const isAwaited = (object: PlannedObject): boolean =>
  metadataOf(object).annotations?.["pulumi.com/skipAwait"] !== "true";

export const deadline = objectRule({
  name: "strata-deadline",
  describes: "Every workload and every Service that is waited for says how long that may take",
  objects: [
    {
      says: "A workload needs a deadline: without one a run waits ten minutes for what will never be ready",
      next: "Set customTimeouts in its options",
      holds: (object) => podOf(object) === undefined || object.hasDeadline,
    },
    {
      says: "A Service that is waited for needs a deadline",
      next: 'Annotate it pulumi.com/skipAwait: "true", or set customTimeouts in its options',
      holds: (object) => kindOf(object) !== "Service" || !isAwaited(object) || object.hasDeadline,
    },
  ],
});

export const token = objectRule({
  name: "strata-token",
  describes: "Every workload says whether it gets a token of the API server",
  objects: [
    {
      says: "A pod must say whether it gets a token of the API server: by default each one does",
      next: "Set automountServiceAccountToken: false, unless it calls the API server",
      holds: (object) => {
        const pod = podOf(object);
        return pod === undefined || pod.spec.automountServiceAccountToken !== undefined;
      },
    },
  ],
});

/** Names under which programs look for what must not be read by who may read pods and ConfigMaps. */
const secretName = /(^|[_.-])(password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)$/i;

export const secrets = objectRule({
  name: "strata-secrets",
  describes: "No password, token or key stands in an environment variable or a ConfigMap",
  objects: [
    {
      says: "A password, token or key must not stand in an environment variable in clear",
      next: "Put it into a Secret, and refer to it with valueFrom.secretKeyRef",
      holds: (object) => {
        const pod = podOf(object);
        return (
          pod === undefined ||
          containersOf(pod.spec).every(({ env }) =>
            (env ?? []).every(({ name, value }) => !secretName.test(name) || (value ?? "") === ""),
          )
        );
      },
    },
    {
      says: "A password, token or key must not stand in a ConfigMap",
      next: "Put it into a Secret",
      holds: (object) =>
        kindOf(object) !== "ConfigMap" ||
        Object.keys((object.inputs["data"] ?? {}) as object).every((key) => !secretName.test(key)),
    },
  ],
});

export const podSecurity = objectRule({
  name: "strata-namespace",
  describes: "Every namespace enforces the restricted pod security standard",
  except: privilegedNamespaces,
  objects: [
    {
      says: "A namespace must enforce the restricted pod security standard",
      next: "Make it with createNamespace (lib/namespace.ts)",
      holds: (object) =>
        kindOf(object) !== "Namespace" ||
        metadataOf(object).labels?.["pod-security.kubernetes.io/enforce"] === "restricted",
    },
  ],
});

interface NetworkPolicySpec {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly unknown[];
  readonly egress?: readonly unknown[];
}

interface PlacedPolicy {
  readonly namespace: string | undefined;
  readonly spec: NetworkPolicySpec;
}

const policiesOf = (all: readonly PlannedObject[]): readonly PlacedPolicy[] =>
  all
    .filter((object) => kindOf(object) === "NetworkPolicy")
    .map((object) => ({ namespace: namespaceOf(object), spec: (object.inputs["spec"] ?? {}) as NetworkPolicySpec }));

const deniesAll = ({ podSelector, policyTypes, ingress, egress }: NetworkPolicySpec): boolean =>
  Object.keys(podSelector?.matchLabels ?? {}).length === 0 &&
  ["Ingress", "Egress"].every((type) => policyTypes?.includes(type)) &&
  (ingress ?? []).length + (egress ?? []).length === 0;

const chooses = (spec: NetworkPolicySpec, labels: Readonly<Record<string, string>>): boolean => {
  const wanted = Object.entries(spec.podSelector?.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
};

export const network: StackRule = {
  name: "strata-network",
  describes: "Every namespace denies what is not written down, and the flows of every workload are",
  seen: "plan",
  of: "stack",
  except: {},
  stack: [
    {
      says: "A namespace needs a NetworkPolicy that denies every flow",
      next: "Make it with createNamespace (lib/namespace.ts)",
      holds: (object, all) =>
        kindOf(object) !== "Namespace" ||
        policiesOf(all).some(({ namespace, spec }) => namespace === metadataOf(object).name && deniesAll(spec)),
    },
    {
      says: "A workload needs a NetworkPolicy with its flows",
      next: "Write them down with allowFlows (lib/network-policy.ts)",
      holds: (object, all) => {
        const pod = podOf(object);
        // A pod on the host's network is outside the reach of any NetworkPolicy.
        if (pod === undefined || pod.spec.hostNetwork) return true;
        const own = namespaceOf(object);
        return policiesOf(all).some(({ namespace, spec }) => namespace === own && chooses(spec, pod.labels));
      },
    },
  ],
};
