// EKS add-ons that the stack file names in another version: do they fit the Kubernetes version, and does anybody install them?
import { eksAddons } from "../versions.ts";
import type { Config, EksConfig } from "./schema.ts";

/**
 * CoreDNS minors of EKS per Kubernetes minor: version tables of the EKS user guide over 2026, managing-coredns. The other add-ons have
 * one version for every Kubernetes that EKS supports.
 */
const coreDnsMinors: Readonly<Record<keyof typeof eksAddons, readonly string[]>> = {
  "1.34": ["1.12", "1.13"],
  "1.35": ["1.13", "1.14"],
  "1.36": ["1.14"],
};

/** Below it the add-on lacks what strata switches on: network policies (EKS user guide, "Limit Pod traffic with Kubernetes network policies"). */
const lowest: Readonly<Record<string, string>> = { "vpc-cni": "v1.14.0" };

const isBelow = (version: string, other: string): boolean => {
  const [a, b] = [version, other].map((text) =>
    text
      .replace(/^v|-.*$/g, "")
      .split(".")
      .map(Number),
  );
  const index = a?.findIndex((part, at) => part !== b?.[at]) ?? -1;
  return index >= 0 && (a?.[index] ?? 0) < (b?.[index] ?? 0);
};

const minorOf = (version: string): string => version.replace(/^v(\d+\.\d+)\..*$/, "$1");

const unfit = (addon: string, version: string, kubernetes: EksConfig["kubernetes"]): string | undefined => {
  const minor = minorOf(version);
  const least = lowest[addon];
  const fitting = (eksAddons[kubernetes] as Readonly<Record<string, string>>)[addon];
  if (least !== undefined && isBelow(version, least))
    return `${version} enforces no network policies. Allowed: ${least} and later. Remove it to use ${fitting}`;
  const allowed = addon === "kube-proxy" ? [kubernetes] : addon === "coredns" ? coreDnsMinors[kubernetes] : [minor];
  if (allowed.includes(minor)) return undefined;
  return `${version} does not fit Kubernetes ${kubernetes}. Allowed: ${allowed.map((one) => `v${one}.x`).join(", ")}. Remove it to use ${fitting}`;
};

/** Why nobody would install it; undefined where somebody does. */
const idle = (addon: string, { nodes }: EksConfig, network: Config["network"] | undefined): string | undefined => {
  if (nodes.kind === "auto") return "EKS Auto Mode brings it along, in a version of its own. Remove it";
  const cni = network?.cni.kind ?? "default";
  if (addon === "vpc-cni" && cni !== "default")
    return `network.cni is ${cni}, so the pod network of AWS is not installed. Remove it`;
  if (addon === "kube-proxy" && cni !== "default" && network?.ingress.kind === "cilium")
    return "network.ingress is cilium, which does kube-proxy's work. Remove it";
  return undefined;
};

export const addonIssues = (
  config: EksConfig,
  network: Config["network"] | undefined,
  add: (path: readonly PropertyKey[], message: string) => void,
): void => {
  for (const [addon, version] of Object.entries(config.addons)) {
    const message = idle(addon, config, network) ?? unfit(addon, version, config.kubernetes);
    if (message !== undefined) add(["addons", addon], message);
  }
};
