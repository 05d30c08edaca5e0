// Whether there is an account to ask: on EKS, and in the rehearsal of an EKS stack, where its stand-in is asked.
import type { Config, EksConfig } from "./schema.ts";

/** The EKS cluster of a stack, or the one that a rehearsal stands for. */
export const eksOf = (cluster: Config["cluster"] | undefined): EksConfig | undefined => {
  if (cluster?.kind === "eks") return cluster;
  return cluster?.kind === "kwok" ? cluster.rehearses : undefined;
};
