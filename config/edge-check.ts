// An edge that could not be had, or would not be safe: refused with the reason and the way out.
import type { EdgePageName } from "./edge.schema.ts";
import { edgeHosts, edgePages, hasPage, isLoopback, pagesWithoutLogin } from "./edge-hosts.ts";
import { deliversStack } from "./gitops-delivers.ts";
import type { Issue } from "./issue.ts";
import { eksOf } from "./on-aws.ts";
import { shadowingIssues } from "./route-shadows.ts";
import type { Config } from "./schema.ts";

type Sections = Partial<Config>;

const edgePath = ["network", "edge"] as const;
const issue = (path: readonly PropertyKey[], message: string): Issue => ({ path, message });

/** Section that a page comes with, and what has to be in it. */
const homes: Readonly<Record<EdgePageName, { readonly section: string; readonly add: string }>> = {
  openbao: { section: "openbao", add: "Add strata:openbao" },
  argocd: { section: "gitops", add: "Add strata:gitops with kind: argocd" },
  grafana: { section: "observability", add: "Add strata:observability" },
  prometheus: { section: "observability", add: "Add strata:observability" },
  alertmanager: { section: "observability", add: "Add strata:observability" },
  redpandaConsole: { section: "queue", add: "Add strata:queue with console: true" },
};

const gatewayIssues = ({ network }: Sections): Issue[] => {
  const { ingress, certificates } = network ?? {};
  const issues: Issue[] = [];
  if (ingress?.kind !== "traefik" || ingress.api !== "gateway")
    issues.push(
      issue(
        edgePath,
        "The edge is a Gateway of Traefik's. Set network.ingress to kind traefik with api gateway, or remove network.edge",
      ),
    );
  if (certificates === undefined)
    issues.push(
      issue(edgePath, "Nobody makes its certificate. Add network.certificates with kind: cert-manager, or remove it"),
    );
  if (certificates?.kind === "acm")
    issues.push(
      issue(
        ["network", "certificates", "kind"],
        "acm ends TLS at a load balancer, and the edge ends it itself. Set it to cert-manager, or remove network.edge",
      ),
    );
  return issues;
};

/** Whether the cluster is in containers of this machine, or stands for one. */
const isOnThisMachine = (cluster: Config["cluster"]): boolean =>
  cluster.kind !== "existing" && eksOf(cluster) === undefined;

/** Whether a host leads anywhere, and may be certified. */
const hostIssue = (config: Sections, path: readonly PropertyKey[], host: string): Issue[] => {
  const { cluster, network } = config;
  const certificates = network?.certificates;
  const issuer = certificates?.kind === "cert-manager" ? certificates.issuer.kind : undefined;
  if (isLoopback(host)) {
    if (eksOf(cluster))
      return [issue(path, `${host} leads to the machine of whoever asks, and the cluster is not there. Name another`)];
    if (issuer === "acme")
      return [issue(path, `No authority certifies ${host}. Name another, or set the issuer to local-ca`)];
    return [];
  }
  // A rehearsal on simulated nodes is of a stack that runs elsewhere, and nobody asks its names.
  if (cluster === undefined || cluster.kind === "kwok" || !isOnThisMachine(cluster)) return [];
  return network?.dns === undefined
    ? [
        issue(
          path,
          `Nobody tells where ${host} is. Take one below .localhost, which leads to this machine, or keep records of it by network.dns`,
        ),
      ]
    : [];
};

const pageIssues = (config: Sections, present: ReadonlySet<string>): Issue[] => {
  const { cluster, network } = config;
  const pages = network?.edge?.pages ?? [];
  const issues = pages.flatMap((page, index): Issue[] => {
    const path = [...edgePath, "pages", index];
    const { section, add } = homes[page];
    // A section with a mistake of its own is there, and told of already.
    const isUnknown = present.has(section) && !(section in config);
    if (!isUnknown && !hasPage(config, page))
      return [issue(path, `The stack has no ${page}. ${add}, or remove the page`)];
    if (pages.indexOf(page) !== index) return [issue(path, `${page} is named twice. Remove one`)];
    if (pagesWithoutLogin.includes(page) && cluster && !isOnThisMachine(cluster))
      return [
        issue(
          path,
          `${page} asks nobody for a login, so everybody who reaches the gateway would have it. Only a cluster on this machine may. Remove the page`,
        ),
      ];
    return [];
  });
  const homeless = Object.values(homes).every(({ section }) => !present.has(section) || section in config);
  if (pages.length === 0 && homeless && edgePages(config).length === 0)
    issues.push(
      issue(
        edgePath,
        "The stack has no page that asks for a login. Add strata:openbao, strata:observability or strata:gitops with kind: argocd, name a page under pages, or remove it",
      ),
    );
  return issues;
};

const openBaoIssues = (config: Sections): Issue[] => {
  const host = config.openbao?.host;
  const path = ["openbao", "host"];
  if (host === undefined) return [];
  if (!edgePages(config).includes("openbao"))
    return [issue(path, "Nothing serves it. Add network.edge, with openbao among its pages, or remove the key")];
  if (host.startsWith("*.")) return [issue(path, "One page has one host. Give it without the *")];
  return hostIssue(config, path, host);
};

/** Only OpenBao's host can be set, so only it can be taken. */
const takenIssues = (config: Sections): Issue[] => {
  const { openbao, ...others } = edgeHosts(config);
  const page = Object.entries(others).find(([, host]) => host === openbao)?.[0];
  return page === undefined ? [] : [issue(["openbao", "host"], `${openbao} is ${page}'s host. Give it another`)];
};

/** @param present names of all sections in the stack file, valid or not. */
export const edgeIssues = (config: Sections, present: ReadonlySet<string>): Issue[] => {
  if (config.network === undefined) return [];
  const { edge } = config.network;
  if (edge === undefined) return openBaoIssues(config);
  const delivered: Issue[] = deliversStack(config.gitops)
    ? [
        issue(
          edgePath,
          "What GitOps delivers is rendered without the engine, and so without a page of it: the two are not offered together yet. Set gitops to kind argocd with delivers: nothing, or remove network.edge",
        ),
      ]
    : [];
  return [
    ...gatewayIssues(config),
    ...delivered,
    ...hostIssue(config, [...edgePath, "domain"], edge.domain),
    ...pageIssues(config, present),
    ...openBaoIssues(config),
    ...takenIssues(config),
    ...shadowingIssues(config),
  ];
};
