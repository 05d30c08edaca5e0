// What an engine of GitOps is there for.

/** Whether it delivers layers 3 and 4 of the stack. Otherwise what it delivers is its users' business. */
export const deliversStack = (gitops: { readonly kind: string; readonly delivers?: string } | undefined): boolean =>
  gitops !== undefined && gitops.delivers !== "nothing";
