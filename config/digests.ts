// Which images of a stack have no digest: on a cluster that is not local, whose nodes pull by themselves, each needs one.
import { imageVersions } from "../chart-images.ts";
import { isLocalKind } from "../lib/cluster-kinds.ts";
import type { Issue } from "./issue.ts";
import { eksOf } from "./on-aws.ts";
import type { Config } from "./schema.ts";

export const pinned = /@sha256:[0-9a-f]{64}$/;

/** Whether the nodes pull by themselves; also of a rehearsal, which is to show what the stack would be. */
export const pullsByItself = (cluster: Config["cluster"]): boolean =>
  !isLocalKind(cluster.kind) || eksOf(cluster) !== undefined;

/** Images of charts whose operators make pods among ours: pinned by the version of their chart. */
const operatorImages = (config: Partial<Config>): readonly string[] => [
  ...(config.postgres?.kind === "cloudnative-pg" ? ["cloudnativePg."] : []),
  ...(config.observability ? ["kubePrometheusStack."] : []),
];

/** Reference of an image of ours, as a pod of this stack has it, without a digest that versions.ts may know. */
const referenceOf = (key: string, overrides: Readonly<Record<string, string>>): string => {
  const version = imageVersions[key];
  return overrides[key] ?? (version === undefined ? key : `${version.repository}:${version.tag}`);
};

/** References that may go without a digest on this stack. */
export const imagesByTag = (config: Config): readonly string[] => {
  const { overrides } = config.images;
  const charts = operatorImages(config);
  return [
    ...Object.keys(config.policy.byTag).map((key) => referenceOf(key, overrides)),
    ...Object.entries(imageVersions)
      .filter(([key, { digest }]) => digest === undefined && charts.some((chart) => key.startsWith(chart)))
      .map(([key]) => referenceOf(key, overrides))
      .filter((reference) => !pinned.test(reference)),
  ].sort();
};

type Use = { readonly path: readonly PropertyKey[]; readonly key: string };

/** Images of versions.ts by what asks for them. Those with a digest there need not be listed. */
const usesOf = (config: Partial<Config>): readonly Use[] => {
  const kindOf = (section: string, keys: readonly string[]): readonly Use[] =>
    keys.map((key) => ({ path: [section, "kind"], key }));
  return [
    ...(config.queue ? kindOf("queue", ["redpanda", "redpandaConsole"]) : []),
    ...(config.objectStore?.kind === "rustfs" ? kindOf("objectStore", ["rustfs"]) : []),
    ...(config.openbao ? kindOf("openbao", ["openbao"]) : []),
    ...(config.observability ? [{ path: ["observability"], key: "otelCollector" }] : []),
    ...Object.entries(config.apps ?? {}).map(([name, { image }]) => ({
      path: ["apps", name, "image"],
      key: image.startsWith("versions:") ? image.slice("versions:".length) : image,
    })),
  ];
};

const remedy = (reference: string): string => {
  const bare = reference.replace(/@.*$/, "");
  return `docker buildx imagetools inspect ${bare} prints it. Or let it go by tag, with the reason: strata:policy.byTag`;
};

/** Why an image can't be used by its tag; undefined where it need not, or may. */
const undigested = ({ key }: Use, config: Partial<Config>): string | undefined => {
  const overrides = config.images?.overrides ?? {};
  if (config.policy?.byTag[key] !== undefined || overrides[key] !== undefined) return undefined;
  const version = imageVersions[key];
  if (version === undefined)
    // A key that is nobody's is told elsewhere.
    return pinned.test(key) || !key.includes("/")
      ? undefined
      : `${key} has no digest, and this cluster's nodes pull by themselves: its tag may be pushed again. Append @sha256:...: ${remedy(key)}`;
  if (version.digest !== undefined || version.recipe !== undefined) return undefined;
  const reference = `${version.repository}:${version.tag}`;
  return `versions.ts knows no digest of ${key}, and this cluster's nodes pull by themselves: the tag may be pushed again. Set strata:images.overrides.${key} to ${reference}@sha256:...: ${remedy(reference)}`;
};

/** Of a cluster that is not local, where the rule of digests is mandatory. */
export const digestIssues = (config: Partial<Config>): Issue[] => {
  const { cluster, policy } = config;
  if (cluster === undefined || policy === undefined || !pullsByItself(cluster)) return [];
  const uses = usesOf(config);
  const stale = Object.keys(policy.byTag)
    .filter((key) => {
      const known = imageVersions[key]?.digest !== undefined && config.images?.overrides[key] === undefined;
      return known || (!uses.some((use) => use.key === key) && config.images?.overrides[key] === undefined);
    })
    .map((key) => ({
      path: ["policy", "byTag", key],
      message: "excuses nothing: the stack does not use that image, or its digest is known. Remove the key",
    }));
  if ((policy.rules["strata-images"]?.level ?? policy.preview) !== "mandatory") return stale;
  const overridden = Object.entries(config.images?.overrides ?? {})
    .filter(([key, reference]) => !pinned.test(reference) && policy.byTag[key] === undefined)
    .map(([key, reference]) => ({
      path: ["images", "overrides", key],
      message: `${reference} has no digest, and this cluster's nodes pull by themselves: its tag may be pushed again. Append @sha256:...: ${remedy(reference)}`,
    }));
  return [
    ...stale,
    ...overridden,
    ...uses.flatMap((use) => {
      const message = undigested(use, config);
      return message === undefined ? [] : [{ path: use.path, message }];
    }),
  ];
};
