// What a stack fetches from elsewhere, read from its plan. Pure.
import type { ImageRequest } from "../../layers/cluster/images/request.ts";
import type { ClusterSpec } from "../../layers/cluster/spec.ts";
import { type ChartKey, charts } from "../../versions.ts";
import { pathOf } from "../charts/chart.ts";
import type { Plan, Registration } from "../plan/record.ts";

export interface Wanted {
  readonly images: readonly ImageRequest[];
  readonly charts: readonly ChartKey[];
}

const stdinOf = <T>({ inputs }: Registration): T => JSON.parse(String(inputs["stdin"])) as T;

const isCommand = (script: RegExp) => (resource: Registration) =>
  resource.type === "command:local:Command" && script.test(String(resource.inputs["create"]));

/** Images of the pods and of the nodes, and charts of the releases, each once and sorted. */
export const wantedOf = ({ resources }: Plan): Wanted => {
  const pulls = resources
    .filter(isCommand(/tools\/image\.mjs pull$/))
    .map((resource) => stdinOf<ImageRequest>(resource));
  const nodes = resources.filter(isCommand(/tools\/cluster\.mjs create$/)).flatMap((resource) => {
    const spec = stdinOf<ClusterSpec>(resource);
    if (spec.kind === "k3d") return [spec.nodeImage, spec.toolsImage, ...spec.systemImages];
    return spec.kind === "kind" ? [spec.nodeImage] : [];
  });
  const images = new Map([...pulls, ...nodes].map((request) => [request.reference, request]));
  const files = new Set(
    resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release").map(({ inputs }) => inputs["chart"]),
  );
  return {
    images: [...images.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1)),
    charts: (Object.keys(charts) as ChartKey[]).filter((key) => files.has(pathOf(key))).sort(),
  };
};
