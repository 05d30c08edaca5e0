// Whether a stack installs publishers' charts, read from its file without the cost of the whole schema.

/** Kinds in a stack file whose controllers come from a chart. Whoever adds a section with such a kind adds it here. */
export const chartKinds = [
  "calico",
  "cert-manager",
  "cilium",
  "cloudnative-pg",
  "external-dns",
  "external-secrets",
  "flux",
  "argocd",
  "eks",
  "istio",
  "karpenter",
  "kube-prometheus-stack",
  "kyverno",
  "operator",
] as const;

/** Keys that bring a chart in, whatever is below them. So does `api: gateway`. */
export const chartKeys = ["gatewayApi"] as const;

const kind = new RegExp(
  `(?:^|[{,\\s])(?:kind:\\s*["']?(?:${chartKinds.join("|")})(?![\\w-])|(?:${chartKeys.join("|")}):|api:\\s*["']?gateway(?![\\w-]))`,
  "m",
);

const withoutComments = (text: string): string => text.replace(/(^|\s)#.*$/gm, "$1");

/** True where a chart may be installed: by a kind or key of the lists, or because the file says where charts are. */
export const usesCharts = (stackFile: string): boolean => {
  const text = withoutComments(stackFile);
  return kind.test(text) || /^ {2}strata:charts:/m.test(text);
};

/** True where the text of a state has a release in it. */
export const hasReleases = (state: string | undefined): boolean =>
  state?.includes('"kubernetes:helm.sh/v3:Release"') === true;
