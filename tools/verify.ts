// `npm run verify [stack]`: asks a running platform whether it works, from the query to the trace.
import Table from "cli-table3";
import colors from "picocolors";
import { edgeHosts } from "../config/edge-hosts.ts";
import { allQueries, dashboardsOf } from "../layers/platform/observability/dashboards/index.ts";
import { observabilityBuckets } from "../layers/platform/observability/index.ts";
import { passwordKey } from "../layers/platform/postgres/databases.ts";
import { UserError } from "../lib/errors.ts";
import type { EdgePage } from "../lib/handles.ts";
import { namespaces, nodePorts } from "../names.ts";
import { requireKubeconfig } from "./cluster/own.ts";
import { parseCommand } from "./command.ts";
import { configOf } from "./doctor/gather.ts";
import { edgeRoot } from "./edge/root.ts";
import type { Finding } from "./verify/checks.ts";
import { type Cluster, openCluster } from "./verify/cluster.ts";
import { databaseServer, verifyBuckets, verifyDatabases } from "./verify/data.ts";
import { verifyEdge } from "./verify/edge.ts";
import { stores } from "./verify/stores.ts";
import {
  verifyAlertmanager,
  verifyDashboards,
  verifyGrafana,
  verifyRules,
  verifyTargets,
  verifyTrace,
} from "./verify/telemetry.ts";

type Config = ReturnType<typeof configOf>;

const dataChecks = async (cluster: Cluster, config: Config): Promise<Finding[]> => {
  // Neither has a pod that a forward could end at.
  const inCluster = config.postgres?.kind === "rds" ? undefined : config.postgres;
  const inside = config.objectStore && config.objectStore.kind !== "s3" ? config.objectStore : undefined;
  const store = inside && stores[inside.kind];
  const databases = Object.entries(inCluster?.databases ?? {});
  const roles = databases.length > 0 ? await cluster.secret(namespaces.database, "postgres-roles") : {};
  const buckets = inside
    ? [
        ...(config.observability ? observabilityBuckets : []),
        ...(config.openbao ? [config.openbao.backup.bucket] : []),
        ...inside.buckets,
      ]
    : [];
  const keys = store && buckets.length > 0 ? await cluster.secret(namespaces.storage, store.keysSecret) : {};
  return [
    ...(await verifyDatabases(
      cluster,
      databaseServer(inCluster?.kind ?? "native"),
      databases.map(([database, { owner }]) => ({ database, user: owner, password: roles[passwordKey(owner)] ?? "" })),
    )),
    ...(store
      ? await verifyBuckets(
          cluster,
          store,
          buckets.map((bucket) => ({
            bucket,
            accessKeyId: keys[`${bucket}.id`] ?? "",
            secretAccessKey: keys[`${bucket}.secret`] ?? "",
          })),
        )
      : []),
  ];
};

const telemetryChecks = async (cluster: Cluster, config: Config): Promise<Finding[]> => {
  if (!config.observability) return [];
  // The first app with a route on any host: what a browser on this machine would open.
  const app = Object.entries(config.apps).find(
    ([, { routes, traces }]) => traces && routes.some(({ host }) => host === undefined),
  );
  const path = app?.[1].routes.find(({ host }) => host === undefined)?.path;
  const url = path && `http://127.0.0.1:${nodePorts.traefikWeb}${path}`;
  const traced = app && url ? await verifyTrace(cluster, { name: app[0], url }) : [];
  const login = await cluster.secret(namespaces.observability, "grafana-admin");
  return [
    await verifyTargets(cluster),
    await verifyRules(cluster),
    await verifyAlertmanager(cluster),
    ...traced,
    ...(await verifyDashboards(cluster, allQueries(dashboardsOf(config)), async () => url && fetch(url))),
    await verifyGrafana(cluster, { user: login["admin-user"] ?? "", password: login["admin-password"] ?? "" }),
  ];
};

/** Through the edge, where the stack has one. */
const edgeChecks = async (cluster: Cluster, config: Config): Promise<Finding[]> => {
  const hosts = Object.entries(edgeHosts(config)) as [EdgePage, string][];
  if (hosts.length === 0) return [];
  const ca = await edgeRoot(config.network, cluster.secret);
  const { certificates } = config.network;
  const ownRoot = certificates?.kind === "cert-manager" && certificates.issuer.kind === "local-ca";
  const port = nodePorts.traefikWebsecure;
  return verifyEdge(hosts.map(([page, host]) => ({ page, host, port, plainPort: nodePorts.traefikWeb, ca, ownRoot })));
};

const marks = { pass: colors.green("PASS"), fail: colors.red("FAIL"), skip: colors.yellow("SKIP") };

const render = (findings: readonly Finding[]): string => {
  const table = new Table({
    head: ["", "check", "what was seen"],
    style: { head: [], border: [] },
    colWidths: [6, 30, 90],
    wordWrap: true,
  });
  for (const { status, check, detail } of findings) table.push([marks[status], check, detail]);
  const count = (status: Finding["status"]) => findings.filter((finding) => finding.status === status).length;
  return `${table.toString()}\n${count("pass")} passed, ${count("fail")} failed, ${count("skip")} skipped`;
};

export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const { stack, rehearse } = command;
  if (rehearse)
    throw new UserError(
      "Nothing runs in a rehearsal, so there is nothing to ask. Bring the stack up on a container engine: npm start",
    );
  const config = configOf(stack, undefined);
  const cluster = openCluster(requireKubeconfig(command));
  const findings = [
    ...(await dataChecks(cluster, config)),
    ...(await telemetryChecks(cluster, config)),
    ...(await edgeChecks(cluster, config)),
  ];
  console.log(render(findings));
  return findings.some(({ status }) => status === "fail") ? 1 : 0;
}
