// What the doctor knows of a machine, as plain data: gathered once, judged by pure functions.

import type { ClusterState } from "../../layers/cluster/facts.ts";
import type { LocalKind } from "../../lib/cluster-kinds.ts";
import type { Check } from "./checks.ts";

export type EngineFacts =
  | { readonly state: "missing" }
  /** Installed, but nothing answers behind it. */
  | { readonly state: "stopped"; readonly message: string }
  | { readonly state: "denied"; readonly message: string }
  | {
      readonly state: "running";
      /** Docker Desktop, OrbStack, Colima, Podman, Docker. */
      readonly product: string;
      readonly version: string;
      readonly arch: string;
      readonly cpus: number;
      readonly memoryBytes: number;
      readonly cgroup: string;
      /** Docker Desktop's own Kubernetes is switched on. */
      readonly ownKubernetes: boolean;
    };

export interface ToolFacts {
  readonly name: string;
  /** What strata would install. */
  readonly wanted: string;
  /** Range of versions that it accepts. */
  readonly fits: string;
  readonly found?: { readonly path: string; readonly version: string | undefined; readonly from: "PATH" | "managed" };
  /** On PATH, but in a version that does not fit. */
  readonly unfit?: { readonly path: string; readonly version: string | undefined };
}

export interface PortFacts {
  readonly port: number;
  readonly owner?: PortOwner;
}

export interface PortOwner {
  /** For people: "process nginx (pid 12)", "container web". */
  readonly name: string;
  /** The stack's own cluster holds it. */
  readonly ours: boolean;
}

export interface ClusterInfo {
  readonly name: string;
  readonly kind: LocalKind | "eks" | "existing";
  readonly state: ClusterState;
  /** Kubernetes minor version, where its nodes are containers. */
  readonly kubernetes?: string;
  readonly nodes: number;
  /** A cluster of that name exists, and strata did not create it. */
  readonly foreign: boolean;
  /** Of an existing cluster: what is wrong with its kubeconfig. */
  readonly problem?: string;
}

export interface Facts {
  readonly stack: string;
  readonly os: "linux" | "darwin" | (string & {});
  readonly arch: string;
  readonly node: string;
  /** An amd64 Node on an Apple Silicon Mac. */
  readonly rosetta: boolean;
  readonly wsl: boolean;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly disks: readonly { readonly path: string; readonly purpose: string; readonly freeBytes: number }[];
  readonly engine: EngineFacts;
  readonly tools: readonly ToolFacts[];
  readonly go: string | undefined;
  readonly plugins: { readonly kind: string | undefined; readonly versions: string };
  readonly cluster: ClusterInfo;
  readonly ports: readonly PortFacts[];
  /** Linux only. */
  readonly inotify?: { readonly watches: number; readonly instances: number };
  readonly backend: string;
  /** Of a cluster on AWS: what the account says, judged already. */
  readonly aws?: readonly Check[];
}
