// The mark by which Reloader knows whom to restart: only what reads a Secret that others than Pulumi change.

/** On the workload, not on its pods: names of the Secrets whose change restarts it. */
export const reloadAnnotation = "secret.reloader.stakater.com/reload";

/** Nothing where there is no such Secret: our own restart what reads them by checksum. */
export const reloadAnnotations = (secrets: readonly string[]): Record<string, string> =>
  secrets.length > 0 ? { [reloadAnnotation]: [...new Set(secrets)].sort().join(",") } : {};
