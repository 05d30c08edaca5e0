// The shape of a rule. One definition serves the policy pack, the tests of the plan, and, where the cluster can see it, Kyverno.
import type { ContainerSpec, PlannedObject, PodSpec, ServiceSpec } from "./objects.ts";

interface Words {
  /** What is demanded, as who broke it is told. */
  readonly says: string;
  /** What to do, where the sentence does not say it. */
  readonly next?: string;
}

/** A demand that a plan and a cluster both can see: the check, and the same in CEL beside it. */
export interface ContainerDemand extends Words {
  readonly holds: (container: ContainerSpec, pod: PodSpec) => boolean;
  /** True where it is kept, of the container `c` in the pod `object`. */
  readonly cel: string;
}

export interface PodDemand extends Words {
  readonly holds: (pod: PodSpec) => boolean;
  /** True where it is kept, of the pod `object`. */
  readonly cel: string;
}

export interface ServiceDemand extends Words {
  readonly holds: (spec: ServiceSpec) => boolean;
  /** True where it is kept, of the Service `object`. */
  readonly cel: string;
}

export interface ObjectDemand extends Words {
  readonly holds: (object: PlannedObject) => boolean;
}

export interface StackDemand extends Words {
  readonly holds: (object: PlannedObject, all: readonly PlannedObject[]) => boolean;
}

interface Common {
  readonly name: string;
  /** One sentence for a list of the rules. */
  readonly describes: string;
  /** What it does not hold for: `namespace/name` (of a Namespace its name) to the reason. */
  readonly except: Readonly<Record<string, string>>;
}

/** Seen in the plan, and in the cluster by Kyverno. */
export interface PodRule extends Common {
  readonly seen: "plan and cluster";
  readonly of: "pods";
  readonly containers: readonly ContainerDemand[];
  readonly pods: readonly PodDemand[];
  /** CEL variables that the expressions use, beside `containers`. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface ServiceRule extends Common {
  readonly seen: "plan and cluster";
  readonly of: "services";
  readonly services: readonly ServiceDemand[];
}

/** Only a plan shows it: of a provider or a deadline nothing is left in the cluster. */
export interface ObjectRule extends Common {
  readonly seen: "plan";
  readonly of: "objects";
  readonly objects: readonly ObjectDemand[];
}

export interface StackRule extends Common {
  readonly seen: "plan";
  readonly of: "stack";
  readonly stack: readonly StackDemand[];
}

/** Only a cluster shows it: who signed an image is asked of its registry when a pod comes. */
export interface ClusterRule extends Common {
  readonly seen: "cluster";
  readonly of: "images";
}

export type SharedRule = PodRule | ServiceRule;
export type PlanRule = SharedRule | ObjectRule | StackRule;
export type Rule = PlanRule | ClusterRule;

/** What decides how strict the rules are. */
export interface RuleTraits {
  /**
   * Whether every image needs a digest: nodes of a cluster that is not local pull by themselves, and somebody may push a tag again.
   * `byTag` are the references that may go without.
   */
  readonly digests: "not asked" | { readonly byTag: readonly string[] };
  /** Services that are a load balancer of the account, `namespace/name` to the reason. */
  readonly loadBalancers: Readonly<Record<string, string>>;
}
