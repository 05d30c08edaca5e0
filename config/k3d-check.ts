// What a k3d cluster can't have: k3s brings a pod network of its own, in folders of its own.
import type { Issue } from "./issue.ts";
import type { Config } from "./schema.ts";

const toKind = "or set cluster.kind to kind";

export const k3dIssues = ({ cluster, network, images }: Partial<Config>): Issue[] => {
  if (cluster?.kind !== "k3d") return [];
  const issues: Issue[] = [];
  const cni = network?.cni.kind ?? "default";
  if (cni !== "default")
    issues.push({
      path: ["network", "cni", "kind"],
      message: `${cni} needs nodes without a pod network, and k3s brings its own, which enforces NetworkPolicy. Remove network.cni, ${toKind}`,
    });
  if (network?.ingress.kind === "cilium")
    issues.push({
      path: ["network", "ingress", "kind"],
      message: `cilium is part of Cilium, which a k3d cluster can't have. Set it to traefik, ${toKind}`,
    });
  if (network?.mesh)
    issues.push({
      path: ["network", "mesh", "kind"],
      message: `Istio's CNI plugin goes into folders that k3s does not read. Remove network.mesh, ${toKind}`,
    });
  if (images?.bake)
    issues.push({
      path: ["images", "bake"],
      message: `Only kind's node images can be baked. Remove the key, ${toKind}`,
    });
  return issues;
};
