// How strict the rules are on a stack: what follows from its cluster.
import { namespaces, services } from "../names.ts";
import type { RuleTraits } from "../policy/rules/types.ts";
import { imagesByTag, pullsByItself } from "./digests.ts";
import { eksOf } from "./on-aws.ts";
import type { Config } from "./schema.ts";

const gateway = `${namespaces.ingress}/${services.traefik}`;

export const ruleTraits = (config: Config): RuleTraits => ({
  digests: pullsByItself(config.cluster) ? { byTag: imagesByTag(config) } : "not asked",
  loadBalancers:
    eksOf(config.cluster) && config.network.ingress.kind === "traefik"
      ? { [gateway]: "the gateway's own: what is public on AWS comes in through it" }
      : {},
});
