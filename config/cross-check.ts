// Mistakes that no single section shows: a route taken twice, a database that nobody declares, a store that is missing.
import { imageVersions } from "../chart-images.ts";
import { localKinds } from "../lib/cluster-kinds.ts";
import { images } from "../versions.ts";
import { certificateIssues } from "./certificates-check.ts";
import { compatIssues } from "./compat.ts";
import { awsIssues } from "./cross-check-aws.ts";
import { meshIssues } from "./cross-check-mesh.ts";
import { postgresIssues } from "./cross-check-postgres.ts";
import { secretsIssues } from "./cross-check-secrets.ts";
import { edgeIssues } from "./edge-check.ts";
import { eksIssues } from "./eks-check.ts";
import { gatewayIssues } from "./gateway-check.ts";
import { deliversStack } from "./gitops-delivers.ts";
import type { Issue } from "./issue.ts";
import { k3dIssues } from "./k3d-check.ts";
import { unknown } from "./nearest.ts";
import { awsNetworkIssues } from "./network-aws-check.ts";
import { openbaoIssues } from "./openbao-check.ts";
import { policyIssues } from "./policy-check.ts";
import type { Config } from "./schema.ts";

/** Sections that are valid by themselves; a section with mistakes of its own is left out, so it cannot cause follow-up errors. */
export type ValidSections = Partial<Config>;

interface Route {
  readonly host?: string;
  readonly path: string;
  readonly middlewares: readonly string[];
}

const routesOf = (config: ValidSections): { path: readonly PropertyKey[]; route: Route }[] => [
  ...Object.entries(config.network?.ingress.routes ?? {}).map(([name, route]) => ({
    path: ["network", "ingress", "routes", name],
    route,
  })),
  ...Object.entries(config.apps ?? {}).flatMap(([name, app]) =>
    app.routes.map((route, index) => ({ path: ["apps", name, "routes", index], route })),
  ),
];

const routeIssues = (config: ValidSections): Issue[] => {
  const middlewares = config.network && Object.keys(config.network.ingress.middlewares);
  const taken = new Map<string, string>();
  return routesOf(config).flatMap(({ path, route }) => {
    const issues: Issue[] = [];
    if (middlewares)
      route.middlewares.forEach((name, index) => {
        if (!middlewares.includes(name))
          issues.push({
            path: [...path, "middlewares", index],
            message: unknown("middleware", name, "Declared under network.ingress.middlewares", middlewares),
          });
      });
    const host = route.host ?? "any host";
    const key = `${host} ${route.path.replace(/(.)\/$/, "$1")}`;
    const other = taken.get(key);
    if (other === undefined)
      taken.set(
        key,
        path
          .slice(0, -1)
          .concat(path.at(-1) ?? "")
          .join("."),
      );
    else
      issues.push({
        path: [...path, "path"],
        message: `${route.path} on ${host} is already the route of ${other}. Give one of them another path or host`,
      });
    return issues;
  });
};

const appIssues = (config: ValidSections, present: ReadonlySet<string>): Issue[] =>
  Object.entries(config.apps ?? {}).flatMap(([name, app]) => {
    const issues: Issue[] = [];
    const add = (key: string, message: string) => issues.push({ path: ["apps", name, key], message });
    const databases = Object.keys(config.postgres?.databases ?? {});
    if (
      app.database !== undefined &&
      !databases.includes(app.database) &&
      (config.postgres || !present.has("postgres"))
    )
      add("database", unknown("database", app.database, "Declared under postgres.databases", databases));
    if (app.bucket !== undefined && !present.has("objectStore"))
      add("bucket", "A bucket needs an object store. Add strata:objectStore with kind: garage");
    if (app.queue && !present.has("queue"))
      add("queue", "There is no queue to use. Add strata:queue with kind: redpanda, or set it to false");
    const image = app.image.startsWith("versions:") ? app.image.slice("versions:".length) : undefined;
    if (image !== undefined && !(image in images))
      add("image", unknown("image", image, "Allowed after versions:", Object.keys(images)));
    if (app.autoscaling && app.autoscaling.min > app.autoscaling.max)
      add("autoscaling", `min (${app.autoscaling.min}) is more than max (${app.autoscaling.max}). Swap them`);
    if (new Set(app.routes.map(({ protocol }) => protocol)).size > 1)
      add(
        "routes",
        "One port speaks one protocol, but the routes name http and h2c. Give all of them the same protocol",
      );
    const apps = Object.keys(config.apps ?? {});
    app.egress.forEach((target, index) => {
      const called = target.startsWith("app:") ? target.slice("app:".length) : undefined;
      if (called !== undefined && !apps.includes(called))
        issues.push({
          path: ["apps", name, "egress", index],
          message: unknown("app", called, "Declared under apps", apps),
        });
    });
    return issues;
  });

const gitOpsIssues = ({ gitops }: ValidSections): Issue[] => {
  if (gitops?.source.kind !== "remote") return [];
  const { url, auth, knownHosts } = gitops.source;
  const add = (key: string, message: string): Issue[] => [{ path: ["gitops", "source", key], message }];
  if (!deliversStack(gitops))
    return [
      {
        path: ["gitops", "source"],
        message: "Nothing of the stack is delivered, so nothing is read from it. Remove the key, or delivers: nothing",
      },
    ];
  const isSsh = url.startsWith("ssh://");
  if (isSsh && auth !== "ssh")
    return add("auth", `${auth} does not open an ssh address. Set it to ssh, or give the https address`);
  if (!isSsh && auth === "ssh")
    return add("auth", "ssh needs an ssh address in url. Set it to token or none, or give the ssh address");
  if (auth === "ssh" && knownHosts === undefined)
    return add(
      "knownHosts",
      "missing: without it anybody could answer in the server's place. The lines are printed by: ssh-keyscan HOST",
    );
  return [];
};

const networkIssues = (config: ValidSections, present: ReadonlySet<string>): Issue[] => {
  const issues: Issue[] = [];
  if (config.network?.ingress.routes["dashboard"])
    issues.push({
      path: ["network", "ingress", "routes", "dashboard"],
      message: "The name dashboard is taken by the gateway's own dashboard. Name the route otherwise",
    });
  for (const [host, target] of Object.entries(config.network?.tunnel?.hosts ?? {}))
    if (target !== "ingress" && !present.has("observability"))
      issues.push({
        path: ["network", "tunnel", "hosts", host],
        message: `There is no ${target} to reach. Add strata:observability, or point the host at ingress`,
      });
  return issues;
};

/**
 * Checks across sections.
 *
 * @param present names of all sections in the stack file, valid or not.
 */
export const crossCheck = (config: ValidSections, present: ReadonlySet<string>): Issue[] => {
  const issues: Issue[] = [];
  if (present.has("observability") && !present.has("objectStore"))
    issues.push({
      path: ["observability"],
      message: "Loki and Tempo keep their data in the object store. Add strata:objectStore with kind: garage",
    });
  const cni = config.network?.cni.kind ?? "default";
  if (cni !== "default" && config.cluster?.kind === "existing")
    issues.push({
      path: ["network", "cni", "kind"],
      message: `${cni} can't be installed into a cluster that runs already: it has a pod network. Remove network.cni, or let strata make the cluster`,
    });
  const wellKnown = config.observability?.grafana.credentials === "well-known";
  if (wellKnown && config.cluster?.kind === "existing")
    issues.push({
      path: ["observability", "grafana", "credentials"],
      message: `well-known (admin/admin) is allowed on local clusters only (${localKinds.join(", ")}). Set it to random`,
    });
  if (wellKnown && Object.values(config.network?.tunnel?.hosts ?? {}).includes("grafana"))
    issues.push({
      path: ["observability", "grafana", "credentials"],
      message: "well-known (admin/admin) would be public through network.tunnel.hosts. Set it to random",
    });
  for (const key of Object.keys(config.images?.overrides ?? {}))
    if (!(key in imageVersions))
      issues.push({
        path: ["images", "overrides", key],
        message: unknown("image", key, "Allowed", Object.keys(imageVersions)),
      });
  issues.push(
    ...compatIssues(config),
    ...awsIssues(config),
    ...awsNetworkIssues(config),
    ...meshIssues(config),
    ...postgresIssues(config, present),
    ...openbaoIssues(config, present),
    ...secretsIssues(config, present),
    ...gitOpsIssues(config),
    ...policyIssues(config),
    ...gatewayIssues(config),
    ...certificateIssues(config),
    ...edgeIssues(config, present),
    ...eksIssues(config),
    ...k3dIssues(config),
  );
  return [...issues, ...networkIssues(config, present), ...routeIssues(config), ...appIssues(config, present)];
};
