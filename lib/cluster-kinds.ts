// Which kinds of cluster strata makes on this machine, and which of them in containers.

export const localKinds = ["kind", "k3d", "kwok"] as const;

/** A cluster that strata makes here, and may throw away. */
export type LocalKind = (typeof localKinds)[number];

/** Its nodes are containers of the local engine. */
export type ContainerKind = Exclude<LocalKind, "kwok">;

export const isLocalKind = (kind: string): kind is LocalKind => (localKinds as readonly string[]).includes(kind);

export const isContainerKind = (kind: string): kind is ContainerKind => isLocalKind(kind) && kind !== "kwok";

/** k3d's own limit of a cluster's name: with k3d's prefix and a node's role it is still a host name. */
export const longestK3dName = 32;
