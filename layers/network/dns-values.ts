// What ExternalDNS is told: the chart's values, its flows, and the records as one object. Pure.
import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type { DnsConfig } from "../../config/schema.ts";
import type { ChartImage } from "../../lib/chart-images.ts";
import { apiServer, awsFlows, type Flows } from "../../lib/network-policy.ts";
import { namespaces, ports, services } from "../../names.ts";

export const dnsSecret = { name: "dns-credentials", key: "credentials" } as const;

type Provider = DnsConfig["provider"];
type Env = { readonly name: string; readonly value?: string; readonly valueFrom?: object };

const credentials = (name: string): Env => ({ name, valueFrom: { secretKeyRef: dnsSecret } });

const environment = (provider: Provider): readonly Env[] => {
  switch (provider.kind) {
    case "cloudflare":
      return [credentials("CF_API_TOKEN")];
    case "aws":
      // By a role of its pod there is no login, and the agent says which region it is.
      return provider.region === undefined || provider.accessKeyId === undefined
        ? []
        : [
            { name: "AWS_REGION", value: provider.region },
            { name: "AWS_ACCESS_KEY_ID", value: provider.accessKeyId },
            credentials("AWS_SECRET_ACCESS_KEY"),
          ];
    case "rfc2136":
      // By the environment: a flag would show the key to everybody who may see the pod.
      return [credentials("EXTERNAL_DNS_RFC2136_TSIG_SECRET")];
  }
};

const flags = (provider: Provider, zones: readonly string[]): readonly string[] => {
  if (provider.kind === "aws" && provider.zoneId !== undefined) return [`--zone-id-filter=${provider.zoneId}`];
  return provider.kind === "rfc2136"
    ? [
        `--rfc2136-host=${provider.host}`,
        `--rfc2136-port=${provider.port}`,
        ...zones.map((zone) => `--rfc2136-zone=${zone}`),
        `--rfc2136-tsig-keyname=${provider.tsigKeyName}`,
        `--rfc2136-tsig-secret-alg=${provider.tsigAlgorithm}`,
        // Without it the records that are there can't be listed, and one that changed is never updated.
        "--rfc2136-tsig-axfr",
      ]
    : [];
};

/** Zone that a role of the pods may change; undefined where a login does. */
export const zoneByRole = (provider: Provider): string | undefined =>
  provider.kind === "aws" ? provider.zoneId : undefined;

export const externalDnsValues = (config: DnsConfig, owner: string, image: ChartImage<"externalDns">) => {
  const { registry, repository, tag } = image("controller");
  return {
    image: { repository: pulumi.interpolate`${registry}/${repository}`, tag },
    provider: { name: config.provider.kind },
    // The records are objects of its own namespace: it may read nothing else.
    sources: ["crd"],
    namespaced: true,
    policy: config.policy,
    // Records of others in the zone stay as they are.
    registry: "txt",
    txtOwnerId: owner,
    domainFilters: config.zones,
    logFormat: "json",
    env: environment(config.provider),
    extraArgs: flags(config.provider, config.zones),
    podAnnotations: { "prometheus.io/scrape": "true", "prometheus.io/port": String(ports.externalDns) },
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
  };
};

const recordTypes: Readonly<Record<number, string>> = { 4: "A", 6: "AAAA" };

/** One record for each host of a route. */
export const endpointSpec = (hosts: readonly string[], target: string) => ({
  endpoints: hosts.map((dnsName) => ({
    dnsName,
    recordType: recordTypes[isIP(target)] ?? "CNAME",
    targets: [target],
  })),
});

export const externalDnsFlows = (provider: Provider): Flows => ({
  ingress: [
    { peers: [{ namespace: namespaces.observability, workload: services.prometheus }], ports: [ports.externalDns] },
  ],
  egress: [
    // The provider's API is at the same port.
    apiServer,
    ...(zoneByRole(provider) === undefined ? [] : awsFlows),
    ...(provider.kind === "rfc2136"
      ? (["UDP", "TCP"] as const).map((protocol) => ({
          peers: ["anywhere"] as const,
          ports: [provider.port],
          protocol,
        }))
      : []),
  ],
});
