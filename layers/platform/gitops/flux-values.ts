// What Flux's chart is told: the controllers for sources and for manifests, and none of the others. Pure.
import type { ChartImage } from "../../../lib/chart-images.ts";
import { labels } from "../../../names.ts";

const off = { create: false };

const resources = (cpu: string, memory: string, memoryLimit: string) => ({
  requests: { cpu, memory },
  limits: { memory: memoryLimit },
});

/** By this name Prometheus, dashboards and rules know a workload; the chart's pods have none. */
const named = (name: string) => ({ [labels.name]: name });

export const fluxValues = (image: ChartImage<"flux">) => {
  const from = (role: "cli" | "kustomizeController" | "sourceController") => ({
    // The chart writes <image>:<tag>.
    image: image(role).name,
    tag: image(role).version,
  });
  return {
    // Charts and images are the program's business, and nobody is notified.
    helmController: off,
    imageAutomationController: off,
    imageReflectionController: off,
    notificationController: off,
    // The namespace's own policies say who may talk to whom.
    policies: off,
    // A check before the installation.
    cli: { ...from("cli"), resources: resources("10m", "32Mi", "128Mi") },
    sourceController: {
      ...from("sourceController"),
      labels: named("source-controller"),
      resources: resources("50m", "64Mi", "512Mi"),
    },
    kustomizeController: {
      ...from("kustomizeController"),
      labels: named("kustomize-controller"),
      resources: resources("100m", "64Mi", "768Mi"),
      // All components at once: what has to wait was held back by the program already.
      container: { additionalArgs: ["--concurrent=16"] },
    },
  };
};
