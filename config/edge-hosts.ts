// Which pages the edge stands before, and under which hosts. Pure.
import { type EdgePageName, edgePageNames } from "./edge.schema.ts";
import { routeHosts } from "./route-hosts.ts";
import type { Config } from "./schema.ts";

type Sections = Partial<Pick<Config, "network" | "openbao" | "observability" | "queue" | "gitops" | "apps">>;

export type EdgeHosts = Readonly<Partial<Record<EdgePageName, string>>>;

/** They ask nobody who he is. */
export const pagesWithoutLogin: readonly EdgePageName[] = ["prometheus", "alertmanager", "redpandaConsole"];

/** Whether the stack has the page. */
export const hasPage = (config: Sections, page: EdgePageName): boolean => {
  switch (page) {
    case "openbao":
      return config.openbao !== undefined;
    case "argocd":
      return config.gitops?.kind === "argocd";
    case "grafana":
    case "prometheus":
    case "alertmanager":
      return config.observability !== undefined;
    case "redpandaConsole":
      return config.queue?.console === true;
  }
};

/** As asked for, or each of the stack that asks for a login. */
export const edgePages = (config: Sections): readonly EdgePageName[] => {
  const edge = config.network?.edge;
  if (edge === undefined) return [];
  const wanted = edge.pages ?? edgePageNames.filter((page) => !pagesWithoutLogin.includes(page));
  return edgePageNames.filter((page) => wanted.includes(page) && hasPage(config, page));
};

/** First label of each page's host. */
const labelOf: Readonly<Record<EdgePageName, string>> = {
  openbao: "bao",
  argocd: "argocd",
  grafana: "grafana",
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  redpandaConsole: "redpanda",
};

export const edgeHosts = (config: Sections): EdgeHosts =>
  Object.fromEntries(
    edgePages(config).map((page) => [
      page,
      (page === "openbao" ? config.openbao?.host : undefined) ?? `${labelOf[page]}.${config.network?.edge?.domain}`,
    ]),
  );

/** Whether a name leads to this machine by itself (RFC 6761), so no zone can have it and no authority certifies it. */
export const isLoopback = (host: string): boolean => host.endsWith(".localhost");

/** Hosts that the gateway's certificate is for, each once, sorted: the routes' and the edge's. Each in full: not every client takes a wildcard below .localhost. */
export const certifiedHosts = (config: Sections): string[] =>
  [...new Set([...routeHosts(config), ...Object.values(edgeHosts(config))])].sort();

/** Hosts that a zone keeps records of, each once, sorted. */
export const recordedHosts = (config: Sections): string[] =>
  [...new Set([...routeHosts(config), ...Object.values(edgeHosts(config)).filter((host) => !isLoopback(host))])].sort();
