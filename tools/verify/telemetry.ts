// Every target is up, every rule evaluates, every dashboard query runs, and a request to the sample app is found as log and trace.
import { randomBytes } from "node:crypto";
import type { DashboardQuery } from "../../layers/platform/observability/dashboards/index.ts";
import { namespaces, ports, services } from "../../names.ts";
import { type Finding, run, Skip } from "./checks.ts";
import { type Cluster, eventually, getJson } from "./cluster.ts";

interface Targets {
  readonly data: {
    readonly activeTargets: { health: string; lastError: string; labels: Record<string, string>; scrapeUrl: string }[];
  };
}
interface Rules {
  readonly data: {
    readonly groups: {
      name: string;
      rules: { name: string; health: string; lastError?: string; type: string; state?: string }[];
    }[];
  };
}
interface QueryResult {
  readonly data: { readonly result: unknown[] };
}

const observability = namespaces.observability;
const at = (workload: string, port: number) => ({ namespace: observability, workload, port });
const prometheus = at(services.prometheus, ports.prometheus);
const loki = at(services.loki, ports.loki);
const tempo = at(services.tempo, ports.tempo);
const grafana = at(services.grafana, ports.grafana);
const servers = { prometheus, loki, tempo };
const alertmanager = at(services.alertmanager, ports.alertmanager);

/** What a dashboard shows at first: one hour. */
const shown = 3600;
/** A quiet app logs at its start and then no more. */
const day = 86_400;
const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

/** The image that a labelled stand-in replaces, where one answers in Grafana's place. Such an image serves no metrics. */
const grafanaStandIn = (port: number): Promise<string | undefined> =>
  fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(10_000) }).then(
    ({ headers }) => headers.get("x-stand-in-for") ?? undefined,
  );

export const verifyTargets = (cluster: Cluster): Promise<Finding> =>
  run("prometheus targets", () =>
    cluster.forward(prometheus, async (port) => {
      const standIn = await cluster.forward(grafana, grafanaStandIn).catch(() => undefined);
      const up = await eventually(
        120,
        async () => {
          const { data } = await getJson<Targets>(`http://127.0.0.1:${port}/api/v1/targets?state=active`);
          const asked = data.activeTargets.filter(({ labels }) => !(standIn && labels["job"] === services.grafana));
          const down = asked.filter(({ health }) => health !== "up");
          if (down.length > 0)
            throw new Error(down.map((t) => `${t.labels["job"]} ${t.scrapeUrl} ${t.health} ${t.lastError}`).join("; "));
          return asked.length > 0 ? asked : undefined;
        },
        "some targets are not up",
      );
      const jobs = [...new Set(up.map(({ labels }) => labels["job"]))].sort();
      const counted = standIn ? `; not counted: ${services.grafana}, where a stand-in runs for ${standIn}` : "";
      return `${up.length} up, none down; jobs: ${jobs.join(", ")}${counted}`;
    }),
  );

export const verifyRules = (cluster: Cluster): Promise<Finding> =>
  run("alerting and recording rules", () =>
    cluster.forward(prometheus, (port) =>
      eventually(
        120,
        async () => {
          const { data } = await getJson<Rules>(`http://127.0.0.1:${port}/api/v1/rules`);
          const rules = data.groups.flatMap((group) => group.rules);
          const bad = rules.filter(({ health }) => health !== "ok");
          if (bad.length > 0)
            throw new Error(bad.map((rule) => `${rule.name} is ${rule.health} ${rule.lastError ?? ""}`).join("; "));
          const alerts = rules.filter(({ type }) => type === "alerting");
          const firing = alerts.filter(({ state }) => state === "firing").map(({ name }) => name);
          return rules.length > 0
            ? `${alerts.length} alerts and ${rules.length - alerts.length} recordings evaluate; firing: ${firing.join(", ") || "none"}`
            : undefined;
        },
        "some rules do not evaluate",
      ),
    ),
  );

export const verifyAlertmanager = (cluster: Cluster): Promise<Finding> =>
  run("alertmanager", () =>
    cluster.forward(alertmanager, (port) =>
      eventually(
        150,
        async () => {
          const alerts = await getJson<{ labels: Record<string, string> }[]>(`http://127.0.0.1:${port}/api/v2/alerts`);
          return alerts.some(({ labels }) => labels["alertname"] === "Watchdog")
            ? `received ${alerts.length} from Prometheus, Watchdog among them`
            : undefined;
        },
        "Watchdog has not arrived",
      ),
    ),
  );

const dashboardCall = (query: DashboardQuery, port: number): Promise<QueryResult> => {
  const expr = encodeURIComponent(query.expr);
  const base = `http://127.0.0.1:${port}`;
  if (query.datasource === "prometheus")
    return getJson<QueryResult>(`${base}/api/v1/query_range?query=${expr}&start=${ago(shown)}&end=${ago(0)}&step=30`);
  if (query.datasource === "loki")
    return getJson<QueryResult>(
      `${base}/loki/api/v1/query_range?query=${expr}&start=${ago(shown)}&end=${ago(0)}&limit=5`,
    );
  return getJson<{ traces?: unknown[] }>(`${base}/api/search?q=${expr}&start=${ago(shown)}&end=${ago(0)}&limit=5`).then(
    ({ traces }) => ({ data: { result: traces ?? [] } }),
  );
};

const panelOf = ({ dashboard, panel }: DashboardQuery): string => `${dashboard}/${panel}`;

/**
 * Runs every query of every dashboard until each panel that must have data has some: at most two minutes, since a rate needs
 * two scrapes. An error fails at once; a panel without data fails unless it says what that means. `use` makes some traffic.
 */
export const verifyDashboards = async (
  cluster: Cluster,
  queries: readonly DashboardQuery[],
  use: () => Promise<unknown>,
): Promise<Finding[]> => {
  const results = new Map<DashboardQuery, number | Error>();
  const emptyPanels = (among: readonly DashboardQuery[]): DashboardQuery[] => {
    const filled = new Set(among.filter((query) => results.get(query) !== 0).map(panelOf));
    return among.filter((query) => !filled.has(panelOf(query)));
  };
  const askAll = (datasource: keyof typeof servers): Promise<void> =>
    cluster.forward(servers[datasource], async (port) => {
      const own = queries.filter((query) => query.datasource === datasource);
      await eventually(
        120,
        async () => {
          await use().catch(() => undefined);
          for (const query of own)
            if (!results.has(query) || results.get(query) === 0)
              results.set(
                query,
                await dashboardCall(query, port).then(
                  ({ data }) => data.result.length,
                  (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
                ),
              );
          return emptyPanels(own).every(({ mayBeEmpty }) => mayBeEmpty) ? true : undefined;
        },
        "",
      ).catch(() => undefined);
    });
  await Promise.all((["prometheus", "loki", "tempo"] as const).map(askAll));
  return Promise.all(
    [...new Set(queries.map(({ dashboard }) => dashboard))].map((dashboard) =>
      run(`dashboard ${dashboard}`, async () => {
        const own = queries.filter((query) => query.dashboard === dashboard);
        const failed = own.flatMap((query) => {
          const result = results.get(query);
          return result instanceof Error ? [`${query.panel}: ${result.message}`] : [];
        });
        if (failed.length > 0) throw new Error(failed.join("; "));
        const empty = emptyPanels(own);
        const names = (among: readonly DashboardQuery[]) => [...new Set(among.map(({ panel }) => panel))].join(", ");
        const missing = empty.filter(({ mayBeEmpty }) => !mayBeEmpty);
        const panels = new Set(own.map(panelOf)).size;
        const filled = panels - new Set(empty.map(panelOf)).size;
        const summary = `${own.length} queries run, ${filled} of ${panels} panels show data`;
        if (missing.length > 0) throw new Error(`${summary}; none within 120 s in: ${names(missing)}`);
        return empty.length > 0 ? `${summary}; rightly empty: ${names(empty)}` : summary;
      }),
    ),
  );
};

/** Sends a request with a trace id of its own to the app, and finds that trace in Tempo and the app's lines in Loki. */
export const verifyTrace = async (
  cluster: Cluster,
  app: { name: string; url: string | undefined },
): Promise<Finding[]> => {
  const trace = randomBytes(16).toString("hex");
  const sent = await run(`request to ${app.name}`, async () => {
    if (app.url === undefined) throw new Skip("the cluster has no address on this machine");
    const response = await fetch(app.url, {
      headers: { traceparent: `00-${trace}-${randomBytes(8).toString("hex")}-01` },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`${app.url} answered ${response.status}`);
    return `${app.url} answered ${response.status}`;
  });
  const traced = run(`trace of ${app.name}`, () =>
    cluster.forward(tempo, async (port) => {
      const names = await eventually(
        90,
        async () => {
          // The gateway and the app send their spans apart, each when its batch is full or old enough.
          const found = await getJson<unknown>(`http://127.0.0.1:${port}/api/traces/${trace}`, {
            accept: "application/json",
          });
          const services = [
            ...JSON.stringify(found).matchAll(/"key":"service\.name","value":\{"stringValue":"([^"]+)"/g),
          ].map((match) => match[1]);
          if (!services.includes(app.name))
            throw new Error(`it has spans of ${services.join(", ") || "nobody"}, none of ${app.name}`);
          return services;
        },
        `trace ${trace} is not whole in Tempo`,
      );
      return `Tempo returned trace ${trace} with spans of ${[...new Set(names)].sort().join(", ")}`;
    }),
  );
  const logged = run(`log of ${app.name}`, () =>
    cluster.forward(loki, (port) =>
      eventually(
        90,
        async () => {
          const expr = encodeURIComponent(
            `{k8s_namespace_name="${namespaces.apps}", k8s_container_name="${app.name}"}`,
          );
          const { data } = await getJson<{
            data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
          }>(`http://127.0.0.1:${port}/loki/api/v1/query_range?query=${expr}&start=${ago(day)}&end=${ago(0)}&limit=1`);
          const stream = data.result[0];
          return stream && `Loki returned: ${stream.values[0]?.[1].slice(0, 100)}`;
        },
        `Loki has no line of ${app.name}`,
      ),
    ),
  );
  return [sent, await traced, await logged];
};

/** Grafana's own health check of each of its data sources. */
export const verifyGrafana = (cluster: Cluster, login: { user: string; password: string }): Promise<Finding> =>
  run("grafana data sources", () =>
    cluster.forward(grafana, async (port) => {
      const base = `http://127.0.0.1:${port}`;
      const standIn = await grafanaStandIn(port);
      if (standIn !== undefined) throw new Skip(`a stand-in runs in place of ${standIn}`);
      const headers = { authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}` };
      const sources = await getJson<{ uid: string }[]>(`${base}/api/datasources`, headers);
      const states = await Promise.all(
        sources.map(async ({ uid }) => {
          const { status } = await getJson<{ status: string }>(`${base}/api/datasources/uid/${uid}/health`, headers);
          return { uid, status };
        }),
      );
      const sick = states.filter(({ status }) => status !== "OK");
      if (sick.length > 0) throw new Error(sick.map(({ uid, status }) => `${uid} is ${status}`).join(", "));
      return `${states.map(({ uid }) => uid).join(", ")} healthy`;
    }),
  );
