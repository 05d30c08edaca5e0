// node-exporter: disk, memory, CPU and network of every node.
import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../../lib/component.ts";
import type { ImageSource } from "../../../../lib/handles.ts";
import { httpProbe, metadata, podTemplate, selector, workloadTimeouts } from "../../../../lib/workload.ts";
import { ports, services } from "../../../../names.ts";

export interface NodeExporterArgs {
  readonly images: ImageSource;
  /** A namespace whose pod security is privileged: the pod reads the host's files and uses its network. */
  readonly namespace: pulumi.Input<string>;
}

/** Mount points that are no disks of the node, or belong to a single pod. */
const ignoredMounts =
  "^/(dev|proc|run/(credentials|containerd|docker|k3s)/.+|sys|var/lib/(containerd|docker|kubelet)/.+)($|/)";

export const nodeExporterArgs: readonly string[] = [
  // One mount of / holds the host's /proc and /sys as well.
  "--path.rootfs=/host",
  "--path.procfs=/host/proc",
  "--path.sysfs=/host/sys",
  // The node's own address only, in brackets so that an IPv6 one is read right.
  `--web.listen-address=[$(HOST_IP)]:${ports.nodeExporter}`,
  `--collector.filesystem.mount-points-exclude=${ignoredMounts}`,
  // Interfaces of pods come and go with them: series without end.
  "--collector.netclass.ignored-devices=^(veth.*|lxc.*|cali.*|[a-f0-9]{15})$",
  "--collector.netdev.device-exclude=^(veth.*|lxc.*|cali.*|[a-f0-9]{15})$",
  ...[
    "arp",
    "bcache",
    "btrfs",
    "fibrechannel",
    "infiniband",
    "ipvs",
    "nfs",
    "nfsd",
    "nvme",
    "tapestats",
    "xfs",
    "zfs",
  ].map((collector) => `--no-collector.${collector}`),
];

export class NodeExporter extends Component {
  constructor(name: string, args: NodeExporterArgs, options?: pulumi.ComponentResourceOptions) {
    super("platform", "NodeExporter", name, options);
    const workload = services.nodeExporter;

    new DaemonSet(
      name,
      {
        metadata: metadata(workload, args.namespace),
        spec: {
          selector: { matchLabels: selector(workload) },
          template: podTemplate({
            name: workload,
            user: 65534,
            metrics: { port: ports.nodeExporter },
            containers: [
              {
                name: workload,
                image: args.images.reference("nodeExporter"),
                args: [...nodeExporterArgs],
                env: { HOST_IP: { field: "status.hostIP" } },
                ports: { http: ports.nodeExporter },
                resources: { cpu: "20m", memory: "24Mi", memoryLimit: "96Mi" },
                readiness: httpProbe("/", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
                liveness: httpProbe("/", "http", { periodSeconds: 15, timeoutSeconds: 5 }),
                // Without the propagation it would hold on to disks that the host has unmounted.
                mounts: { "/host": { name: "root", readOnly: true, mountPropagation: "HostToContainer" } },
              },
            ],
            volumes: [{ name: "root", hostPath: { path: "/" } }],
            extra: {
              // In a network of its own it would count the packets of its own interface.
              hostNetwork: true,
              tolerations: [{ operator: "Exists" }],
            },
          }),
        },
      },
      { parent: this, customTimeouts: workloadTimeouts },
    );
    this.registerOutputs();
  }
}
