// A stack file with as many apps as it takes: the real program, and nothing in it but apps. Pure.

/** Objects that the program declares for an app without routes, database and bucket: Deployment, Service, NetworkPolicy. */
export const objectsPerApp = 3;

/** As many as Kubernetes itself puts on a node. */
const podsPerNode = 110;

export const appsFor = (resources: number): number => Math.ceil(resources / objectsPerApp);

const app = (index: number, env: string): string =>
  `    app-${String(index).padStart(4, "0")}: { image: "versions:podinfo", port: 9898, runAsUser: 100, probes: { readiness: /readyz }${env} }`;

/** @param change value of one variable of the first app. */
export const scaleStack = (resources: number, change: string): string => {
  const apps = appsFor(resources);
  return [
    "config:",
    "  pulumi:disable-default-providers: [kubernetes]",
    // One node more for the gateway, and for the second pod of an app that is being updated.
    `  strata:cluster: { kind: kwok, nodes: ${Math.ceil(apps / podsPerNode) + 1} }`,
    "  strata:apps:",
    ...Array.from({ length: apps }, (_, index) => app(index, index === 0 ? `, env: { CHANGED: "${change}" }` : "")),
    "",
  ].join("\n");
};
