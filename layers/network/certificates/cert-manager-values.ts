// What cert-manager's chart is told. Pure.
import * as pulumi from "@pulumi/pulumi";
import type { CertManagerConfig } from "../../../config/schema.ts";
import type { ChartImage } from "../../../lib/chart-images.ts";
import { namespaces } from "../../../names.ts";

export interface CertManagerTraits {
  readonly local: boolean;
}

type Image = ChartImage<"certManager">;

const imageValues = (image: Image, role: Parameters<Image>[0]) => {
  const { registry, repository, tag, digest } = image(role);
  return { repository: pulumi.interpolate`${registry}/${repository}`, tag, digest };
};

const resources = (cpu: string, memory: string, limit: string) => ({
  requests: { cpu, memory },
  limits: { memory: limit },
});

/** The challenge is answered by a route of the gateway's, for which cert-manager has to know HTTPRoutes. */
export const usesHttpChallenge = ({ issuer }: CertManagerConfig): boolean =>
  issuer.kind === "acme" && issuer.challenge === "http";

export const certManagerValues = (config: CertManagerConfig, { local }: CertManagerTraits, image: Image) => {
  const replicas = local ? 1 : 2;
  return {
    // The definitions go with the release: a destroy leaves none.
    crds: { enabled: true, keep: false },
    // Its own namespace and not kube-system, where it would need rights.
    global: { leaderElection: { namespace: namespaces.certificates } },
    replicaCount: replicas,
    podDisruptionBudget: { enabled: replicas > 1 },
    image: imageValues(image, "controller"),
    resources: resources("10m", "48Mi", "192Mi"),
    webhook: {
      replicaCount: replicas,
      podDisruptionBudget: { enabled: replicas > 1 },
      image: imageValues(image, "webhook"),
      resources: resources("10m", "32Mi", "96Mi"),
    },
    cainjector: {
      replicaCount: replicas,
      podDisruptionBudget: { enabled: replicas > 1 },
      image: imageValues(image, "cainjector"),
      resources: resources("10m", "48Mi", "192Mi"),
    },
    // Waits until the webhook answers: the issuers come right after.
    startupapicheck: { image: imageValues(image, "startupApiCheck"), resources: resources("10m", "32Mi", "96Mi") },
    ...(usesHttpChallenge(config) && {
      acmesolver: { image: imageValues(image, "acmeSolver") },
      config: {
        apiVersion: "controller.config.cert-manager.io/v1alpha1",
        kind: "ControllerConfiguration",
        gatewayAPI: { enabled: true },
      },
    }),
  };
};
