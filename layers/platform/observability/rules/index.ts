// Every group of rules, in the order in which Prometheus shows them.
import { alertmanager } from "./alertmanager.ts";
import { apps } from "./apps.ts";
import { etcd } from "./etcd.ts";
import { garage } from "./garage.ts";
import { general } from "./general.ts";
import { kubernetesApps } from "./kubernetes-apps.ts";
import { kubernetesResources } from "./kubernetes-resources.ts";
import { kubernetesStorage } from "./kubernetes-storage.ts";
import { kubernetesSystem } from "./kubernetes-system.ts";
import { nodes } from "./nodes.ts";
import { type OpenBaoRulesArgs, openbao } from "./openbao.ts";
import { postgres } from "./postgres.ts";
import { postgresCluster } from "./postgres-cluster.ts";
import { prometheus } from "./prometheus.ts";
import { telemetry } from "./telemetry.ts";
import { traefik } from "./traefik.ts";
import type { RuleGroup } from "./types.ts";

export const ruleGroups: readonly RuleGroup[] = [
  general,
  kubernetesApps,
  kubernetesResources,
  kubernetesStorage,
  kubernetesSystem,
  nodes,
  etcd,
  postgres,
  postgresCluster,
  garage,
  traefik,
  apps,
  telemetry,
  prometheus,
  alertmanager,
];

export interface RulesOf {
  readonly postgres?: { readonly kind: string };
  readonly openbao?: OpenBaoRulesArgs;
}

/** Groups of a stack: what it does not run needs no alert. */
export const ruleGroupsOf = (config: RulesOf): readonly RuleGroup[] => [
  ...(config.postgres?.kind === "cloudnative-pg"
    ? ruleGroups
    : ruleGroups.filter((group) => group !== postgresCluster)),
  ...(config.openbao ? [openbao(config.openbao)] : []),
];
