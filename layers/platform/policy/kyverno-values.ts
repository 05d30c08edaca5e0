// What Kyverno's chart is told. Pure.
import type { ChartImage, ImageParts } from "../../../lib/chart-images.ts";

export interface KyvernoTraits {
  /** On this machine, thrown away with one command. */
  readonly local: boolean;
}

const parts = ({ registry, repository, tag }: ImageParts) => ({ registry, repository, tag });

const resources = (memory: string, limit: string) => ({
  requests: { cpu: "50m", memory },
  limits: { memory: limit },
});

/** Judging and reporting only: nothing of ours is mutated, generated or cleaned up by a policy. */
export const kyvernoValues = (traits: KyvernoTraits, image: ChartImage<"kyverno">) => ({
  // Old objects of earlier releases: there are none, and the job's image would be one more.
  crds: { migration: { enabled: false } },
  // Without its webhooks gone first, nothing could be created after it.
  webhooksCleanup: { enabled: true, image: parts(image("readinessChecker")) },
  // Of the chart's tests, which nobody runs here; without a tag it is latest.
  test: { image: parts(image("readinessChecker")) },
  admissionController: {
    replicas: traits.local ? 1 : 3,
    initContainer: { image: parts(image("init")), resources: resources("64Mi", "256Mi") },
    container: { image: parts(image("admission")), resources: resources("128Mi", "512Mi") },
  },
  reportsController: { image: parts(image("reports")), replicas: 1, resources: resources("64Mi", "256Mi") },
  backgroundController: { enabled: false },
  cleanupController: { enabled: false },
});
