// Which definitions of the Gateway API a stack gets: one version, that everybody in the stack who reads them works with.
import { charts, type GatewayApiMinor, gatewayApiVersions } from "../versions.ts";
import type { Issue } from "./issue.ts";
import type { Config } from "./schema.ts";

/** A program of the stack that watches Gateway API objects. */
export interface Reader {
  /** With its version. */
  readonly name: string;
  readonly works: readonly GatewayApiMinor[];
}

type Network = Pick<Config["network"], "gatewayApi" | "mesh">;

/** Who in the stack reads Gateway API objects. */
export const readersOf = (network: Network): readonly Reader[] => [
  // Built with 1.5.1 (go.mod of Istio 1.30.0); of older definitions it leaves out TLSRoutes before 1.5 and
  // BackendTLSPolicies before 1.4 (pkg/kube/kclient/crdwatcher.go).
  ...(network.mesh ? [{ name: `Istio ${charts.istiod.version}`, works: ["1.4", "1.5"] as const }] : []),
];

const list = (readers: readonly Reader[]): string =>
  readers.map(({ name, works }) => `${name} works with ${works.join(", ")}`).join("; ");

/** Newest version that all of them work with. */
const common = (readers: readonly Reader[]): GatewayApiMinor | undefined =>
  gatewayApiVersions.toReversed().find((version) => readers.every(({ works }) => works.includes(version)));

/** Version to install: as set, or the newest that fits. Undefined where nobody asks for one. */
export const gatewayApiOf = (
  network: Network,
  readers = readersOf(network),
): { readonly version: GatewayApiMinor } | undefined => {
  if (network.gatewayApi === undefined && readers.length === 0) return undefined;
  const version = network.gatewayApi?.version ?? common(readers);
  return version && { version };
};

export const gatewayApiIssues = (network: Network, readers = readersOf(network)): Issue[] => {
  const set = network.gatewayApi?.version;
  if (set === undefined)
    return common(readers) === undefined
      ? [
          {
            path: ["network", "gatewayApi"],
            message: `No version of the Gateway API goes with everything in the stack: ${list(readers)}. Remove one of them`,
          },
        ]
      : [];
  const unfit = readers.filter(({ works }) => !works.includes(set));
  if (unfit.length === 0) return [];
  const way = common(readers) === undefined ? "Remove one of them" : `Remove the key, or set it to ${common(readers)}`;
  return [{ path: ["network", "gatewayApi", "version"], message: `${list(unfit)}, and ${set} is asked for. ${way}` }];
};
