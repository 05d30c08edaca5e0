// How long AWS and the cluster take for what a plan makes: published figures where there are any, and guesses on the long side, said to be.

interface Duration {
  readonly seconds: number;
  /** Where the figure is published; undefined for a guess on the long side. */
  readonly source?: string;
}

const minutes = (count: number): number => count * 60;

/** By type; by `type name` where one of a type takes longer. */
export const durations: Readonly<Record<string, Duration>> = {
  "aws:eks/cluster:Cluster": {
    seconds: 606,
    source: "10m06s: pull request 3218 of terraform-aws-modules/terraform-aws-eks",
  },
  "aws:eks/nodeGroup:NodeGroup": {
    seconds: 119,
    source: "1m59s, spot, with the add-ons before it: pull request 46 of DevopsArtFactory/terraform-provisioning",
  },
  "aws:ec2/natGateway:NatGateway": { seconds: minutes(3) },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { seconds: minutes(3) },
  "aws:eks/addon:Addon": { seconds: minutes(2) },
  "aws:acm/certificateValidation:CertificateValidation": { seconds: minutes(10) },
  "aws:rds/instance:Instance": { seconds: minutes(20) },
  "kubernetes:helm.sh/v3:Release": { seconds: minutes(3) },
  "kubernetes:core/v1:Service traefik": { seconds: minutes(5) },
  "kubernetes:apps/v1:StatefulSet": { seconds: minutes(3) },
  "kubernetes:apps/v1:Deployment": { seconds: minutes(2) },
  "kubernetes:apps/v1:DaemonSet": { seconds: minutes(2) },
  "kubernetes:batch/v1:Job": { seconds: minutes(2) },
  "kubernetes:postgresql.cnpg.io/v1:Cluster": { seconds: minutes(6) },
  "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization": { seconds: minutes(5) },
  "kubernetes:argoproj.io/v1alpha1:Application": { seconds: minutes(5) },
};

/** Seconds for everything else: one request, and its answer. */
const request = 5;

/** Seconds that a resource takes to be made. */
export const secondsOf = ({ type, name }: { readonly type: string; readonly name: string }): number =>
  (durations[`${type} ${name}`] ?? durations[type])?.seconds ?? request;
