// The Route 53 zones that a stack writes to.
import type { Config } from "../../../config/schema.ts";

/** Their ids, each once: of its records, and of the proof for its certificate. */
export const zoneIdsOf = ({ network }: Pick<Config, "network">): readonly string[] => {
  const { dns, certificates } = network;
  const records = dns?.provider.kind === "aws" ? dns.provider.zoneId : undefined;
  const proof = certificates?.kind === "acm" ? certificates.zoneId : undefined;
  return [...new Set([records, proof].filter((id) => id !== undefined))];
};
