// Hosts that the stack's routes name.
import type { Config } from "./schema.ts";

/** Each once, sorted. Routes for any host name none. */
export const routeHosts = ({ network, apps }: Partial<Pick<Config, "network" | "apps">>): string[] => {
  const routes = [
    ...Object.values(network?.ingress.routes ?? {}),
    ...Object.values(apps ?? {}).flatMap((app) => app.routes),
  ];
  return [...new Set(routes.flatMap(({ host }) => (host === undefined ? [] : [host])))].sort();
};
