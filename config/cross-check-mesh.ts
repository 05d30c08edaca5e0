// Mistakes about the mesh that no single section shows: a policy without a mesh, an unknown issuer, a service that nobody routes to.
import { namespaces } from "../names.ts";
import type { Issue } from "./issue.ts";
import { unknown } from "./nearest.ts";
import type { AppMeshConfig, Config } from "./schema.ts";

/** Namespaces with nothing but strata's own workloads in them. */
const stratas = new Set<string>(Object.values(namespaces).filter((name) => name !== namespaces.microservices));

type Path = readonly PropertyKey[];

const authIssues = (config: Partial<Config>, path: Path, { auth }: Pick<AppMeshConfig, "auth">): Issue[] => {
  if (auth === undefined) return [];
  const issuers = Object.keys(config.network?.mesh?.issuers ?? {});
  const apps = config.apps && Object.keys(config.apps);
  const unknownIssuers = auth.issuers.flatMap((name, index): Issue[] =>
    issuers.includes(name)
      ? []
      : [
          {
            path: [...path, "auth", "issuers", index],
            message: unknown("issuer", name, "Declared under network.mesh.issuers", issuers),
          },
        ],
  );
  const unknownApps = auth.trusted.flatMap((caller, index): Issue[] => {
    const app = caller.startsWith("app:") ? caller.slice("app:".length) : undefined;
    if (app === undefined || apps === undefined || apps.includes(app)) return [];
    return [
      {
        path: [...path, "auth", "trusted", index],
        message: unknown("app", app, "Declared under apps", apps),
      },
    ];
  });
  return [...unknownIssuers, ...unknownApps];
};

const appIssues = (config: Partial<Config>): Issue[] =>
  Object.entries(config.apps ?? {}).flatMap(([name, { mesh }]): Issue[] => {
    if (mesh === undefined || config.network === undefined) return [];
    const path = ["apps", name, "mesh"];
    if (config.network.mesh === undefined)
      return [{ path, message: "There is no mesh to do it. Add network.mesh with kind: istio, or remove the key" }];
    return authIssues(config, path, mesh);
  });

const serviceIssues = (config: Partial<Config>): Issue[] => {
  const { mesh, ingress } = config.network ?? {};
  if (mesh === undefined || ingress === undefined) return [];
  const routed = [...new Set(Object.values(ingress.routes).map(({ namespace }) => namespace))].filter(
    (namespace) => !stratas.has(namespace) && !namespace.startsWith("kube-") && namespace !== "default",
  );
  return Object.entries(mesh.services).flatMap(([name, service]): Issue[] => {
    const path = ["network", "mesh", "services", name];
    if (config.cluster?.kind === "existing")
      return [
        {
          path,
          message:
            "Its namespace is somebody else's on an existing cluster, and whether it takes part in the mesh is for them to say. Remove the key",
        },
      ];
    if (!routed.includes(service.namespace))
      return [
        {
          path: [...path, "namespace"],
          message: unknown("namespace", service.namespace, "Of others, and named by network.ingress.routes", routed),
        },
      ];
    return authIssues(config, path, service);
  });
};

export const meshIssues = (config: Partial<Config>): Issue[] => [...appIssues(config), ...serviceIssues(config)];
