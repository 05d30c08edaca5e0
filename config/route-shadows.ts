// Routes that would take requests from the edge's pages. Traefik ranks by one number, in which a path outweighs a host.
import { edgeHosts } from "./edge-hosts.ts";
import type { Issue } from "./issue.ts";
import type { Config } from "./schema.ts";

type Sections = Partial<Config>;

interface Route {
  readonly path: readonly PropertyKey[];
  readonly host: string | undefined;
  readonly prefix: string;
  /** Labels that a `*` of its host stands for. */
  readonly wildcard: "one" | "some";
  /** Of all that match, Traefik takes the route with the highest. */
  readonly rank: number;
}

/** Of a page's HTTPRoute, which takes every path: Traefik 3.6, buildMatchRule in pkg/provider/kubernetes/gateway/httproute.go. */
const rankOfPage = (host: string): number => host.length + 2;

/** The same function, for a route with any path. */
const rankOfHttpRoute = (host: string | undefined, prefix: string): number =>
  (host?.length ?? 0) + (prefix === "/" ? 2 : 10_000);

/** A router of Traefik's file has the length of its rule, and that of one for every path and host is the shortest: 15. */
const rankOfFileRoute = (host: string | undefined, prefix: string, priority: number | undefined): number =>
  priority ?? (host === undefined && prefix === "/" ? 15 : 10_000);

const routesOf = ({ network, apps }: Sections): Route[] => [
  ...Object.entries(network?.ingress.routes ?? {}).map(([name, { host, path, priority }]) => ({
    path: ["network", "ingress", "routes", name],
    host,
    prefix: path,
    wildcard: "one" as const,
    rank: rankOfFileRoute(host, path, priority),
  })),
  ...Object.entries(apps ?? {}).flatMap(([name, { routes }]) =>
    routes.map(({ host, path }, index) => ({
      path: ["apps", name, "routes", index],
      host,
      prefix: path,
      wildcard: "some" as const,
      rank: rankOfHttpRoute(host, path),
    })),
  ),
];

/** `*.` of a route of Traefik's file takes one label, of an HTTPRoute one or more. */
const covers = ({ host: pattern, wildcard }: Route, host: string): boolean => {
  if (pattern === undefined) return true;
  if (!pattern.startsWith("*.")) return false;
  const parent = pattern.slice(1);
  return wildcard === "one" ? host.slice(host.indexOf(".")) === parent : host.endsWith(parent);
};

export const shadowingIssues = (config: Sections): Issue[] => {
  const pages = Object.entries(edgeHosts(config));
  return routesOf(config).flatMap((route): Issue[] => {
    const { path, host, prefix, rank } = route;
    const same = pages.find(([, taken]) => taken === host);
    if (same)
      return [{ path: [...path, "host"], message: `${host} is the host of ${same[0]} at the edge. Give it another` }];
    const lost = pages.find(([, page]) => covers(route, page) && rank >= rankOfPage(page));
    if (lost === undefined) return [];
    const way = host === undefined ? "Give the route a host" : "Give it a host without *, or one elsewhere";
    const what = prefix === "/" ? "every path" : prefix;
    return [
      {
        path,
        message: `It takes ${what} on ${host ?? "any host"}, and so on ${lost[1]}, which is the edge's: Traefik ranks it above the page. ${way}`,
      },
    ];
  });
};
