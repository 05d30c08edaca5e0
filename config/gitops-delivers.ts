// What an engine of GitOps is there for.
import type { Config } from "./schema.ts";

/** Whether it delivers layers 3 and 4 of the stack. Otherwise what it delivers is its users' business. */
export const deliversStack = (gitops: Config["gitops"]): boolean =>
  gitops !== undefined && !(gitops.kind === "argocd" && gitops.delivers === "nothing");
