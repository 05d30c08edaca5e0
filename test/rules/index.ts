// Every rule test, by the name of its group.
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
import { postgres } from "./postgres.ts";
import { postgresCluster } from "./postgres-cluster.ts";
import { prometheus } from "./prometheus.ts";
import { telemetry } from "./telemetry.ts";
import { traefik } from "./traefik.ts";
import type { RuleCases } from "./types.ts";

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
};
