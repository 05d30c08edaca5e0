// How Istio matches one rule of an AuthorizationPolicy, after its reference, its translation to Envoy and ztunnel's own matcher (1.30).
// Not here, because nothing of ours uses it: path templates, ipBlocks of proxies, SNI, Envoy filters' metadata.

export interface Source {
  readonly principals?: string[];
  readonly notPrincipals?: string[];
  readonly namespaces?: string[];
  readonly notNamespaces?: string[];
  readonly requestPrincipals?: string[];
  readonly notRequestPrincipals?: string[];
}

export interface Operation {
  readonly ports?: string[];
  readonly notPorts?: string[];
  readonly paths?: string[];
  readonly notPaths?: string[];
  readonly methods?: string[];
  readonly notMethods?: string[];
  readonly hosts?: string[];
  readonly notHosts?: string[];
}

export interface Condition {
  readonly key: string;
  readonly values?: string[];
  readonly notValues?: string[];
}

export interface Rule {
  readonly from?: { readonly source: Source }[];
  readonly to?: { readonly operation: Operation }[];
  readonly when?: Condition[];
}

/** What a proxy knows of a request (a connection, without what is marked HTTP). */
export interface Seen {
  /** Of the peer's certificate; undefined in the clear. */
  readonly principal?: string;
  readonly port: number;
  /** HTTP. Of a token that was found valid. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** HTTP. Normalised, without a query. */
  readonly path?: string;
  /** HTTP. */
  readonly method?: string;
  /** HTTP. */
  readonly host?: string;
}

/** `*` is "there is one", `x*` a prefix, `*x` a suffix, anything else the text itself. */
const matchesText = (pattern: string, text: string | undefined): boolean => {
  if (text === undefined) return false;
  if (pattern === "*") return text !== "";
  if (pattern.startsWith("*")) return text.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return text.startsWith(pattern.slice(0, -1));
  return text === pattern;
};

/** Any of the first list, where it has one, and none of the second. */
const either = (
  positive: string[] | undefined,
  negative: string[] | undefined,
  matches: (pattern: string) => boolean,
): boolean => (!positive?.length || positive.some(matches)) && !negative?.some(matches);

/** `issuer/subject`; the last slash divides, because an issuer may be a URL. */
const matchesRequestPrincipal = (pattern: string, claims: Seen["claims"]): boolean => {
  const { iss, sub } = claims ?? {};
  if (typeof iss !== "string" || typeof sub !== "string") return false;
  if (pattern === "*") return iss !== "" && sub !== "";
  const slash = pattern.lastIndexOf("/");
  if (slash >= 0) return matchesText(pattern.slice(0, slash), iss) && matchesText(pattern.slice(slash + 1), sub);
  if (pattern.startsWith("*")) return iss !== "" && matchesText(pattern, sub);
  return pattern.endsWith("*") && matchesText(pattern, iss) && sub !== "";
};

const namespaceOf = (principal: string | undefined): string | undefined => /\/ns\/([^/]+)\//.exec(principal ?? "")?.[1];

const matchesSource = (source: Source, seen: Seen): boolean =>
  either(source.principals, source.notPrincipals, (pattern) => matchesText(pattern, seen.principal)) &&
  either(source.namespaces, source.notNamespaces, (pattern) => matchesText(pattern, namespaceOf(seen.principal))) &&
  either(source.requestPrincipals, source.notRequestPrincipals, (pattern) =>
    matchesRequestPrincipal(pattern, seen.claims),
  );

const matchesOperation = (operation: Operation, seen: Seen): boolean =>
  either(operation.ports, operation.notPorts, (port) => Number(port) === seen.port) &&
  either(operation.paths, operation.notPaths, (pattern) => matchesText(pattern, seen.path)) &&
  either(operation.methods, operation.notMethods, (pattern) => matchesText(pattern, seen.method)) &&
  either(operation.hosts, operation.notHosts, (pattern) =>
    matchesText(pattern.toLowerCase(), seen.host?.toLowerCase()),
  );

/** A claim is a text or a list of texts. */
const claim = (key: string, seen: Seen): string[] => {
  const names = [...key.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name ?? "");
  const value = names.reduce<unknown>(
    (found, name) => (found as Record<string, unknown> | undefined)?.[name],
    seen.claims,
  );
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
};

const matchesCondition = ({ key, values, notValues }: Condition, seen: Seen): boolean => {
  if (key.startsWith("request.auth.claims"))
    return either(values, notValues, (pattern) => claim(key, seen).some((text) => matchesText(pattern, text)));
  if (key === "request.auth.principal")
    return either(values, notValues, (pattern) => matchesRequestPrincipal(pattern, seen.claims));
  if (key === "source.principal") return either(values, notValues, (pattern) => matchesText(pattern, seen.principal));
  if (key === "source.namespace")
    return either(values, notValues, (pattern) => matchesText(pattern, namespaceOf(seen.principal)));
  if (key === "destination.port") return either(values, notValues, (port) => Number(port) === seen.port);
  throw new Error(`the condition ${key} is not understood here`);
};

/** Any source, any operation and every condition; what a rule does not name matches. */
export const matchesRule = (rule: Rule, seen: Seen): boolean =>
  (!rule.from?.length || rule.from.some(({ source }) => matchesSource(source, seen))) &&
  (!rule.to?.length || rule.to.some(({ operation }) => matchesOperation(operation, seen))) &&
  (rule.when ?? []).every((condition) => matchesCondition(condition, seen));

const httpSource = ["requestPrincipals", "notRequestPrincipals"] as const;
const httpOperation = ["paths", "notPaths", "methods", "notMethods", "hosts", "notHosts"] as const;

/** True for a rule that only a proxy for HTTP can judge. */
export const needsHttp = (rule: Rule): boolean =>
  (rule.from ?? []).some(({ source }) => httpSource.some((key) => source[key]?.length)) ||
  (rule.to ?? []).some(({ operation }) => httpOperation.some((key) => operation[key]?.length)) ||
  (rule.when ?? []).some(({ key }) => key.startsWith("request."));

/** The rule as ztunnel is told it: without what needs HTTP, so that it matches more. */
export const withoutHttp = (rule: Rule): Rule => ({
  ...(rule.from && { from: rule.from.map(({ source }) => ({ source: omit(source, httpSource) })) }),
  ...(rule.to && { to: rule.to.map(({ operation }) => ({ operation: omit(operation, httpOperation) })) }),
  when: (rule.when ?? []).filter(({ key }) => !key.startsWith("request.")),
});

const omit = <T extends object>(value: T, keys: readonly (keyof T)[]): T =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as keyof T))) as T;
