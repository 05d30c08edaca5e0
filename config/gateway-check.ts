// What a gateway can't do is refused where it is asked for, with the reason and the way out.
import type { Issue } from "./issue.ts";
import type { AppConfig, Config, IngressConfig } from "./schema.ts";

type Sections = Partial<Pick<Config, "cluster" | "network" | "apps">>;
type Middleware = IngressConfig["middlewares"][string];

const toTraefik = "or set network.ingress.kind to traefik";

const ciliumLacks: Readonly<Record<Middleware["kind"], string>> = {
  cors: "Cilium 1.19 has no CORS filter",
  rateLimit: "Cilium's gateway has no rate limit",
  retry: "Cilium's gateway reads retries from the experimental channel only",
  forwardAuth: "Cilium's gateway asks no other service",
};

const noPriorities = "The Gateway API has no priorities: the longer path wins";

interface Place {
  readonly path: readonly PropertyKey[];
  readonly priority: boolean;
}

const appRoutes = (apps: Readonly<Record<string, AppConfig>>): Place[] =>
  Object.entries(apps).flatMap(([name, { routes }]) =>
    routes.map(({ priority }, index) => ({ path: ["apps", name, "routes", index], priority: priority !== undefined })),
  );

const extraRoutes = (ingress: IngressConfig): Place[] =>
  Object.entries(ingress.routes).map(([name, { priority }]) => ({
    path: ["network", "ingress", "routes", name],
    priority: priority !== undefined,
  }));

const priorityIssues = (places: readonly Place[], way: string): Issue[] =>
  places
    .filter(({ priority }) => priority)
    .map(({ path }) => ({ path: [...path, "priority"], message: `${noPriorities}. Remove the key, ${way}` }));

const ciliumIssues = (network: Config["network"], apps: Readonly<Record<string, AppConfig>>): Issue[] => {
  const { ingress, cni, tunnel } = network;
  const issues = priorityIssues(
    [...appRoutes(apps), ...extraRoutes(ingress)],
    "or set network.ingress to kind traefik with api ingress",
  );
  if (cni.kind !== "cilium")
    issues.push({
      path: ["network", "ingress", "kind"],
      message: `cilium is part of Cilium, and the pod network is ${cni.kind}. Set network.cni.kind to cilium, ${toTraefik}`,
    });
  for (const [name, { kind }] of Object.entries(ingress.middlewares))
    issues.push({
      path: ["network", "ingress", "middlewares", name, "kind"],
      message: `${ciliumLacks[kind]}. Remove the middleware and let the app do it, ${toTraefik}`,
    });
  for (const [name, { protocol }] of Object.entries(ingress.routes))
    if (protocol === "h2c")
      issues.push({
        path: ["network", "ingress", "routes", name, "protocol"],
        message: `Cilium reads h2c from the Service, which is not strata's. Give its port appProtocol kubernetes.io/h2c and remove the key, ${toTraefik}`,
      });
  for (const [host, target] of Object.entries(tunnel?.hosts ?? {}))
    if (target === "ingress")
      issues.push({
        path: ["network", "tunnel", "hosts", host],
        message: `Cilium's gateway listens on the nodes and has no Service for the tunnel. Remove the host, ${toTraefik}`,
      });
  if (network.mesh)
    issues.push({
      path: ["network", "mesh", "kind"],
      message: `Cilium's gateway has no identity in the mesh, which would refuse its requests. Remove network.mesh, ${toTraefik}`,
    });
  return issues;
};

export const gatewayIssues = ({ cluster, network, apps = {} }: Sections): Issue[] => {
  if (network === undefined) return [];
  // There it is refused as a whole (k3d-check.ts).
  if (network.ingress.kind === "cilium") return cluster?.kind === "k3d" ? [] : ciliumIssues(network, apps);
  // Extra routes are in Traefik's own file, whatever the apps' routes are.
  return network.ingress.api === "gateway"
    ? priorityIssues(appRoutes(apps), "or set network.ingress.api to ingress")
    : [];
};
