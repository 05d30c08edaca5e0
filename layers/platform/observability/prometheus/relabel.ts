// The words that scrape configurations are written in: relabelling rules as small functions.

export interface RelabelRule {
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly action?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

const meta = (name: string): string => `__meta_kubernetes_${name}`;

/** Keeps targets whose labels, joined by semicolons, match; the regex is anchored. Labels without their prefix. */
export const keep = (labels: readonly string[], regex: string): RelabelRule => ({
  source_labels: labels.map(meta),
  regex,
  action: "keep",
});

export const drop = (labels: readonly string[], regex: string): RelabelRule => ({
  source_labels: labels.map(meta),
  regex,
  action: "drop",
});

/** Copies a discovered label to a label of the target, where it is set. */
export const copy = (label: string, target: string): RelabelRule => ({
  source_labels: [meta(label)],
  regex: "(.+)",
  target_label: target,
});

/**
 * Address made of the pod's IP and a fixed port, whichever ports the pod declares.
 * A pod with several ports gives several equal targets, which Prometheus then takes for one.
 */
export const podAddress = (port: number): RelabelRule[] => [
  { source_labels: [meta("pod_ip")], regex: "([0-9.]+)", target_label: "__address__", replacement: `$1:${port}` },
  { source_labels: [meta("pod_ip")], regex: "(.*:.*)", target_label: "__address__", replacement: `[$1]:${port}` },
];

/** The same with the port that the pod's annotation prometheus.io/port names. */
export const annotatedAddress: RelabelRule[] = ["([0-9.]+)", "(.*:.*)"].map((ip, index) => ({
  source_labels: [meta("pod_ip"), meta("pod_annotation_prometheus_io_port")],
  regex: `${ip};(\\d+)`,
  target_label: "__address__",
  replacement: index === 0 ? "$1:$2" : "[$1]:$2",
}));

/** Where a series comes from. Not the container: the ports of one pod would no longer give the same target. */
export const podLabels: RelabelRule[] = [
  copy("namespace", "namespace"),
  copy("pod_name", "pod"),
  copy("pod_node_name", "node"),
];

/** Drops series by metric name. */
export const dropSeries = (...names: readonly string[]): RelabelRule => ({
  source_labels: ["__name__"],
  regex: names.join("|"),
  action: "drop",
});
