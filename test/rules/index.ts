// Every group of rules that any stack has, and every rule test by the name of its group.
import { ruleGroupsOf } from "../../layers/platform/observability/rules/index.ts";
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
import { openbao } from "./openbao.ts";
import { postgres } from "./postgres.ts";
import { postgresCluster } from "./postgres-cluster.ts";
import { prometheus } from "./prometheus.ts";
import { telemetry } from "./telemetry.ts";
import { traefik } from "./traefik.ts";
import type { RuleCases } from "./types.ts";

/** Of a stack that runs all there is. */
export const everyRuleGroup = ruleGroupsOf({
  postgres: { kind: "cloudnative-pg" },
  openbao: { replicas: 3, backup: { everyMinutes: 30 } },
});

export const ruleCases: Readonly<Record<string, RuleCases>> = {
  general,
  "kubernetes-apps": kubernetesApps,
  "kubernetes-resources": kubernetesResources,
  "kubernetes-storage": kubernetesStorage,
  "kubernetes-system": kubernetesSystem,
  nodes,
  etcd,
  postgres,
  "postgres-cluster": postgresCluster,
  garage,
  traefik,
  apps,
  telemetry,
  prometheus,
  alertmanager,
  openbao,
};
