// The tags by which what is this stack's is known: to policies, to budgets, to people.

/** Budgets go by it. */
export const stackTag = "strata:stack";
/** Policies go by it. */
export const clusterTag = "strata:cluster";

export interface TagArgs {
  readonly stack: string;
  readonly clusterName: string;
  /** Of the stack file. */
  readonly tags: Readonly<Record<string, string>>;
}

/** On everything, also on what AWS makes for us: instances, their volumes and network interfaces. */
export const tagsOf = ({ stack, clusterName, tags }: TagArgs): Record<string, string> => ({
  ...tags,
  [stackTag]: stack,
  [clusterTag]: clusterName,
});
