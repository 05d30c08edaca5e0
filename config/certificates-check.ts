// Certificates and records that could never be had: refused with the reason, before anything is made.
import { dnsProviderIssues } from "./dns-check.ts";
import { certifiedHosts, recordedHosts } from "./edge-hosts.ts";
import type { Issue } from "./issue.ts";
import { eksOf } from "./on-aws.ts";
import { routeHosts } from "./route-hosts.ts";
import type { Config } from "./schema.ts";

type Sections = Partial<Config>;

const issuerPath = ["network", "certificates", "issuer"] as const;

const acmeIssues = (config: Sections, challenge: "http" | "dns"): Issue[] => {
  const issues: Issue[] = [];
  const add = (key: string, message: string) => issues.push({ path: [...issuerPath, key], message });
  const hosts = certifiedHosts(config);
  if (hosts.length === 0)
    add(
      "kind",
      "No route names a host, so there is nothing to certify. Give a route a host, or set the issuer to local-ca",
    );
  if (challenge === "dns" && config.network?.dns === undefined)
    add("challenge", "There is no zone to write to. Add network.dns, or set challenge to http");
  if (challenge === "dns") return issues;
  const wildcard = hosts.find((host) => host.startsWith("*."));
  if (wildcard !== undefined)
    add("challenge", `No authority certifies ${wildcard} by http. Set challenge to dns, or name each host`);
  if (config.cluster?.kind === "kind")
    add("challenge", "No authority reaches a cluster on this machine. Set challenge to dns, or the issuer to local-ca");
  return issues;
};

/** Whether a host lies in one of the zones. */
const inZones = (host: string, zones: readonly string[]): boolean =>
  zones.some((zone) => host === zone || host.endsWith(`.${zone}`));

const dnsIssues = (config: Sections): Issue[] => {
  const dns = config.network?.dns;
  if (dns === undefined) return [];
  const path = ["network", "dns", "zones"];
  const hosts = recordedHosts(config);
  const none = {
    path,
    message: "No route names a host, so there is no record to keep. Give a route a host, or remove network.dns",
  };
  if (hosts.length === 0) return [none];
  const nowhere: Issue = {
    path: ["network", "dns", "target"],
    message:
      "The gateway of a kind cluster listens on 127.0.0.1 only, so the record would lead nowhere. Set it to 127.0.0.1, or remove network.dns",
  };
  const outside = hosts
    .filter((host) => !inZones(host, dns.zones))
    .map((host) => ({
      path,
      message: `${host} of a route is in none of ${dns.zones.join(", ")}. Add its zone, or change the host`,
    }));
  return [
    ...(config.cluster?.kind === "kind" && dns.target !== undefined && dns.target !== "127.0.0.1" ? [nowhere] : []),
    ...outside,
  ];
};

const acmIssues = (config: Sections): Issue[] => {
  const path = ["network", "certificates", "kind"];
  if (config.cluster && !eksOf(config.cluster))
    return [
      {
        path,
        message: `acm certifies load balancers of AWS, and cluster.kind is ${config.cluster.kind}. Set it to cert-manager, or cluster.kind to eks`,
      },
    ];
  return routeHosts(config).length > 0
    ? []
    : [{ path, message: "No route names a host, so there is nothing to certify. Give a route a host" }];
};

export const certificateIssues = (config: Sections): Issue[] => {
  const { certificates, ingress } = config.network ?? {};
  const issues = [...dnsProviderIssues(config), ...dnsIssues(config)];
  if (certificates === undefined) return issues;
  if (certificates.kind === "acm") return [...issues, ...acmIssues(config)];
  if (ingress?.kind === "traefik" && ingress.api === "ingress")
    issues.push({
      path: ["network", "certificates", "kind"],
      message:
        "The certificate belongs to a listener of the Gateway API. Set network.ingress.api to gateway, or remove network.certificates",
    });
  return certificates.issuer.kind === "acme"
    ? [...issues, ...acmeIssues(config, certificates.issuer.challenge)]
    : issues;
};
