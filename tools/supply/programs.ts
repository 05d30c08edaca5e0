// Licences of the programs that run beside strata: what it builds or fetches as tools, and the images whose licence is no permissive one.

/** By folder of tools/go: the licence that the file LICENSE of the programs' own module is. */
export const toolLicences: Readonly<Record<string, string>> = {
  actionlint: "MIT",
  amtool: "Apache-2.0",
  etcd: "Apache-2.0",
  helm: "Apache-2.0",
  k3d: "MIT",
  kind: "Apache-2.0",
  kubernetes: "Apache-2.0",
  kwok: "Apache-2.0",
  nodehost: "Apache-2.0",
  promtool: "Apache-2.0",
  pulumi: "Apache-2.0",
};

export interface ImageLicence {
  /** Repositories, as versions.ts and chart-images.ts have them. */
  readonly repositories: readonly string[];
  readonly license: string;
  /** Where the publisher says so. */
  readonly source: string;
  /** What it asks of whoever runs the image unchanged. */
  readonly means: string;
}

const network =
  "running it unchanged asks for nothing; whoever changes it and offers it over a network gives them the source";

/** Programs with more than a permissive licence. They run in containers of their own: nothing of strata's is linked with them. */
export const imageLicences: readonly ImageLicence[] = [
  {
    repositories: ["docker.io/grafana/grafana", "docker.io/grafana/loki", "docker.io/grafana/tempo"],
    license: "AGPL-3.0-only",
    source: "LICENSING.md of grafana/grafana, grafana/loki and grafana/tempo",
    means: network,
  },
  {
    repositories: ["docker.io/dxflrs/garage"],
    license: "AGPL-3.0",
    source: "src/garage/Cargo.toml of Garage",
    means: network,
  },
  {
    repositories: ["ecr-public.aws.com/docker/library/redis"],
    license: "RSALv2 OR SSPL-1.0 OR AGPL-3.0-only",
    source: "LICENSE.txt of redis/redis, from Redis 8 on",
    means: `by choice; under the last one: ${network}`,
  },
  {
    repositories: ["docker.io/redpandadata/redpanda", "docker.io/redpandadata/console"],
    license: "BUSL-1.1 (with parts under the Redpanda Community License)",
    source: "licenses/README.md of redpanda-data/redpanda and redpanda-data/console",
    means: "any use but offering Redpanda itself as a service; strata turns no enterprise feature on",
  },
];
