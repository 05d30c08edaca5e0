// Which definitions of the Gateway API a stack gets: one version, that everybody in the stack who reads them works with.
import { charts, type GatewayApiMinor, gatewayApiVersions, images } from "../versions.ts";
import type { Issue } from "./issue.ts";
import type { Config } from "./schema.ts";

/** A program of the stack that watches Gateway API objects. */
export interface Reader {
  /** With its version. */
  readonly name: string;
  readonly works: readonly GatewayApiMinor[];
}

/** Minor version of a program to the versions of the definitions that it works with. */
type Works = Readonly<Record<string, readonly GatewayApiMinor[]>>;

/** Its documentation names 1.4.0; 1.5 still serves each version of a kind that it watches without the experimental channel. */
const traefik: Works = { "3.6": ["1.4", "1.5"] };

/** Its documentation names 1.4.1; with 1.5 its operator ends at start: TLSRoute v1alpha2 is there and not served (cilium/cilium#45139). */
const cilium: Works = { "1.19": ["1.4"] };

/**
 * Built with 1.5.1 (go.mod of Istio 1.30.0); of older definitions it leaves out TLSRoutes before 1.5 and BackendTLSPolicies
 * before 1.4 (pkg/kube/kclient/crdwatcher.go).
 */
const istio: Works = { "1.30": ["1.4", "1.5"] };

const reader = (name: string, version: string, works: Works): Reader => {
  const bare = version.replace(/^v/, "");
  return { name: `${name} ${bare}`, works: works[bare.split(".").slice(0, 2).join(".")] ?? [] };
};

type Network = Pick<Config["network"], "gatewayApi" | "mesh"> & { readonly ingress?: Config["network"]["ingress"] };

/** Who in the stack reads Gateway API objects. */
export const readersOf = ({ ingress, mesh }: Network): readonly Reader[] => [
  ...(ingress?.kind === "traefik" && ingress.api === "gateway" ? [reader("Traefik", images.traefik.tag, traefik)] : []),
  ...(ingress?.kind === "cilium" ? [reader("Cilium", charts.cilium.version, cilium)] : []),
  ...(mesh ? [reader("Istio", charts.istiod.version, istio)] : []),
];

const one = ({ name, works }: Reader): string =>
  works.length > 0
    ? `${name} works with ${works.join(", ")}`
    : `nothing is known of ${name} (add its line to config/gateway-api.ts, from its documentation)`;

const list = (readers: readonly Reader[]): string => readers.map(one).join("; ");

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
