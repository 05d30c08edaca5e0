// A mesh in ambient mode as far as it decides who may call whom: from the objects that the program makes to "allowed" or why not.
// It stands in for istiod, ztunnel and a waypoint, whose rules it follows (Istio 1.30); no traffic flows.
import { matchesRule, needsHttp, type Rule, type Seen, withoutHttp } from "./match.ts";

interface TargetRef {
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
}

export interface MeshObject {
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface PolicySpec {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly targetRefs?: readonly TargetRef[];
  readonly action?: "ALLOW" | "DENY";
  readonly rules?: readonly Rule[];
}

/** One call of a Service, or of a pod behind it. */
export interface Call {
  /** Identity of a caller in the mesh. Left out: a caller outside of it, in the clear. */
  readonly from?: string;
  readonly namespace: string;
  /** Left out: the pod's own address, which no waypoint stands before. */
  readonly service?: string;
  /** Of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  /** A token with a good signature, as its claims. */
  readonly token?: Readonly<Record<string, unknown>>;
}

const rootNamespace = "istio-system";

const policies = (objects: readonly MeshObject[]) =>
  objects
    .filter(({ kind }) => kind === "AuthorizationPolicy")
    .map(({ metadata, spec }) => ({
      namespace: metadata.namespace,
      name: metadata.name ?? "",
      ...(spec as PolicySpec),
    }));

type Policy = ReturnType<typeof policies>[number];

/** DENY before ALLOW; without an ALLOW everything is allowed, with one the request must match one. */
const judge = (attached: readonly Policy[], seen: Seen, who: string): string => {
  const matching = ({ rules }: Policy) => (rules ?? []).some((rule) => matchesRule(rule, seen));
  const denied = attached.filter(({ action }) => action === "DENY").find(matching);
  if (denied) return `denied by ${denied.name} (${who})`;
  const allow = attached.filter(({ action }) => (action ?? "ALLOW") === "ALLOW");
  if (allow.length > 0 && !allow.some(matching)) return `allowed by nothing (${who})`;
  return "allowed";
};

const refersTo = (ref: TargetRef, kind: string, name: string): boolean => ref.kind === kind && ref.name === name;

/** A waypoint follows targetRefs only: to a Service, to its Gateway, or to its class in the root namespace. */
const atWaypoint = (all: readonly Policy[], call: Call, waypoint: string): Policy[] =>
  all.filter(({ namespace, targetRefs }) =>
    targetRefs?.some(
      (ref) =>
        (namespace === call.namespace &&
          (refersTo(ref, "Service", call.service ?? "") || refersTo(ref, "Gateway", waypoint))) ||
        (namespace === rootNamespace && refersTo(ref, "GatewayClass", "istio-waypoint")),
    ),
  );

/** ztunnel follows selectors only, and judges connections: an ALLOW rule that needs HTTP is left out, a DENY rule is widened. */
const atZtunnel = (all: readonly Policy[], call: Call): Policy[] =>
  all
    .filter(
      ({ namespace, targetRefs }) =>
        !targetRefs?.length && (namespace === call.namespace || namespace === rootNamespace),
    )
    .filter(({ selector }) =>
      Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => call.labels[key] === value),
    )
    .map((policy) => ({
      ...policy,
      rules: (policy.rules ?? []).flatMap((rule) => {
        if (!needsHttp(rule)) return [rule];
        return policy.action === "DENY" ? [withoutHttp(rule)] : [];
      }),
    }));

/** The claims of a token that somebody accepts; undefined without a token, false for one that nobody does. */
const accepted = (objects: readonly MeshObject[], call: Call, waypoint: string): Call["token"] | false => {
  const rules = objects
    .filter(({ kind, metadata }) => kind === "RequestAuthentication" && metadata.namespace === call.namespace)
    .filter(({ spec }) =>
      (spec["targetRefs"] as TargetRef[] | undefined)?.some(
        (ref) => refersTo(ref, "Service", call.service ?? "") || refersTo(ref, "Gateway", waypoint),
      ),
    )
    .flatMap(({ spec }) => (spec["jwtRules"] ?? []) as { issuer: string; audiences?: string[] }[]);
  // Nobody reads it, so nothing is known of it.
  if (call.token === undefined || rules.length === 0) return undefined;
  const audience = [call.token["aud"]].flat();
  const good = rules.some(
    ({ issuer, audiences }) =>
      issuer === call.token?.["iss"] && (!audiences?.length || audiences.some((name) => audience.includes(name))),
  );
  return good && call.token;
};

const labelOf = (objects: readonly MeshObject[], namespace: string, label: string): string | undefined =>
  objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace)?.metadata.labels?.[label];

/** "allowed", or who refuses it. */
export const decide = (objects: readonly MeshObject[], call: Call): string => {
  if (labelOf(objects, call.namespace, "istio.io/dataplane-mode") !== "ambient") return "allowed";
  const all = policies(objects);
  const waypoint = labelOf(objects, call.namespace, "istio.io/use-waypoint");
  const there = objects.some(
    ({ kind, metadata }) => kind === "Gateway" && metadata.namespace === call.namespace && metadata.name === waypoint,
  );
  const { from, port } = call;
  const connection = { port, ...(from !== undefined && { principal: from }) };
  // Who is not in the mesh does not know of the waypoint.
  if (waypoint === undefined || !there || call.service === undefined || from === undefined)
    return judge(atZtunnel(all, call), connection, "ztunnel");
  const claims = accepted(objects, call, waypoint);
  if (claims === false) return "denied: no issuer of that token is accepted (waypoint)";
  const { path = "/", method = "GET" } = call;
  const request: Seen = { ...connection, path, method, ...(claims && { claims }) };
  const first = judge(atWaypoint(all, call, waypoint), request, "waypoint");
  if (first !== "allowed") return first;
  const principal = `cluster.local/ns/${call.namespace}/sa/${waypoint}`;
  return judge(atZtunnel(all, call), { port, principal }, "ztunnel");
};
