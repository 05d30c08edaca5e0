// Which versions go together, as data with its source: a pair that its publisher does not test is refused before anything is made.
import { charts, tools } from "../versions.ts";
import { gatewayApiIssues } from "./gateway-api.ts";
import type { Issue } from "./issue.ts";
import type { Config } from "./schema.ts";

/** Minor version of a chart to the Kubernetes minors that its publisher tests it with. */
type Tested = Readonly<Record<string, readonly string[]>>;

/** Cilium's documentation, "Kubernetes Compatibility", of each release. */
const cilium: Tested = {
  "1.18": ["1.30", "1.31", "1.32", "1.33"],
  "1.19": ["1.32", "1.33", "1.34", "1.35"],
};

/** CloudNativePG's documentation, "Supported releases", of the operator in the chart: 0.29 brings 1.30. */
const cloudnativePg: Tested = {
  "0.29": ["1.34", "1.35", "1.36"],
};
/** Announcement of Istio 1.30: "officially supported on Kubernetes versions 1.32 to 1.36". */
const istio: Tested = { "1.30": ["1.32", "1.33", "1.34", "1.35", "1.36"] };

/** Its e2e runs on release-v3.31 take the three newest minors of their day; 1.35 is on its requirements page since then (discussion 11717). */
const calico: Tested = { "3.31": ["1.33", "1.34", "1.35"] };

/** Karpenter's documentation, "Compatibility Matrix": 1.36 from 1.13 on. */
const karpenter: Tested = { "1.14": ["1.34", "1.35", "1.36"] };

/** Changelog of the operator, 0.5.0: "Validate Kubernetes 1.34, 1.35, and 1.36". */
const openbaoOperator: Tested = { "0.5": ["1.34", "1.35", "1.36"] };

const minorOf = (version: string): string => version.replace(/^v/, "").split(".").slice(0, 2).join(".");

/** Undefined for a cluster that somebody else made: only its API server could say. */
const kubernetesOf = (cluster: Config["cluster"]): string | undefined => {
  switch (cluster.kind) {
    case "kind":
    case "k3d":
    case "eks":
      return cluster.kubernetes;
    case "kwok":
      return minorOf(tools.kubernetes);
    case "existing":
      return undefined;
  }
};

/** Why a release does not fit a Kubernetes version; undefined where it is tested with it. */
export const unfit = (name: string, version: string, tested: Tested, kubernetes: string): string | undefined => {
  const known = tested[minorOf(version)];
  if (known === undefined)
    return `nothing is known of ${name} ${version} and Kubernetes. Add its line to config/compat.ts, from its documentation`;
  if (known.includes(kubernetes)) return undefined;
  return `${name} ${version} is not tested with Kubernetes ${kubernetes}. Set cluster.kubernetes to one of: ${known.join(", ")}`;
};

const kubernetesIssues = (config: Partial<Config>): Issue[] => {
  const kubernetes = config.cluster && kubernetesOf(config.cluster);
  if (kubernetes === undefined) return [];
  const issues: Issue[] = [];
  const check = (path: readonly string[], message: string | undefined) => {
    if (message !== undefined) issues.push({ path, message });
  };
  if (config.network?.cni.kind === "cilium")
    check(["network", "cni", "kind"], unfit("Cilium", charts.cilium.version, cilium, kubernetes));
  if (config.network?.mesh)
    check(["network", "mesh", "kind"], unfit("Istio", charts.istiod.version, istio, kubernetes));
  if (config.network?.cni.kind === "calico")
    check(["network", "cni", "kind"], unfit("Calico", charts.calico.version, calico, kubernetes));
  if (config.postgres?.kind === "cloudnative-pg")
    check(
      ["postgres", "kind"],
      unfit("CloudNativePG's chart", charts.cloudnativePg.version, cloudnativePg, kubernetes),
    );
  if (config.openbao)
    check(
      ["openbao", "kind"],
      unfit("OpenBao's operator", charts.openbaoOperator.version, openbaoOperator, kubernetes),
    );
  if (config.cluster?.kind === "eks" && config.cluster.nodes.kind === "karpenter")
    check(["cluster", "nodes", "kind"], unfit("Karpenter", charts.karpenter.version, karpenter, kubernetes));
  return issues;
};

export const compatIssues = (config: Partial<Config>): Issue[] => [
  ...kubernetesIssues(config),
  ...(config.network ? gatewayApiIssues(config.network) : []),
];
