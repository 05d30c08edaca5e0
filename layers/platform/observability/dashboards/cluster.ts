// Cluster overview: nodes, pods and their states, and what is asked for against what is used.
import { dashboard, variable } from "./dashboard.ts";
import { bars, lines, number } from "./panels.ts";

const phase = (name: string) => `sum(kube_pod_status_phase{phase="${name}"}) or vector(0)`;
const usedCpu = `rate(container_cpu_usage_seconds_total{container!="", namespace=~"$namespace"}[$__rate_interval])`;
const usedMemory = `container_memory_working_set_bytes{container!="", namespace=~"$namespace"}`;
const requested = (resource: "cpu" | "memory") =>
  `sum by (namespace) (kube_pod_container_resource_requests{resource="${resource}", namespace=~"$namespace"})`;
const disk = `fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|erofs"`;

export const cluster = dashboard({
  uid: "k8s-cluster-overview",
  title: "Kubernetes Cluster Overview",
  description: "Nodes, pods and their states, and what is asked for against what is used",
  tags: ["kubernetes"],
  variables: [variable("namespace", "Namespace", "label_values(kube_namespace_created, namespace)")],
  rows: [
    {
      title: "Now",
      height: 4,
      panels: [
        number({
          title: "Nodes",
          description: "Nodes that report Ready",
          unit: "short",
          expr: `sum(kube_node_status_condition{condition="Ready", status="true"})`,
        }),
        number({ title: "Running pods", description: "Pods in phase Running", unit: "short", expr: phase("Running") }),
        number({
          title: "Pending pods",
          description: "Pods that wait for a node, a volume or an image",
          unit: "short",
          expr: phase("Pending"),
          steps: [[1, "orange"]],
        }),
        number({
          title: "Failed pods",
          description: "Pods whose containers ended with an error and are not started again",
          unit: "short",
          expr: phase("Failed"),
          steps: [[1, "red"]],
        }),
        number({
          title: "CPU",
          description: "Share of all cores in use",
          unit: "percentunit",
          min: 0,
          max: 1,
          expr: `1 - avg(rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))`,
          steps: [
            [0.8, "orange"],
            [0.95, "red"],
          ],
        }),
        number({
          title: "Memory",
          description: "Share of all memory in use, caches not counted",
          unit: "percentunit",
          min: 0,
          max: 1,
          expr: "1 - sum(node_memory_MemAvailable_bytes) / sum(node_memory_MemTotal_bytes)",
          steps: [
            [0.8, "orange"],
            [0.95, "red"],
          ],
        }),
      ],
    },
    {
      title: "Nodes",
      height: 8,
      panels: [
        lines({
          title: "Node CPU",
          description: "Share of each node's cores in use",
          unit: "percentunit",
          max: 1,
          series: [[`1 - avg by (node) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))`, "{{node}}"]],
        }),
        lines({
          title: "Node memory",
          description: "Share of each node's memory in use, caches not counted",
          unit: "percentunit",
          max: 1,
          series: [["1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "{{node}}"]],
        }),
      ],
    },
    {
      title: "Pods",
      height: 8,
      panels: [
        bars({
          title: "Restarts, top 10",
          empty: "no restarts",
          description: "Containers that started again most often in the chosen time",
          unit: "short",
          decimals: 0,
          series: [
            [
              `topk(10, sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{namespace=~"$namespace"}[$__range])) > 0)`,
              "{{namespace}}/{{pod}}",
            ],
          ],
        }),
        lines({
          title: "Pods by namespace",
          description: "Pods of each namespace, whatever their phase",
          unit: "short",
          mode: "stacked",
          series: [[`count by (namespace) (kube_pod_info{namespace=~"$namespace"})`, "{{namespace}}"]],
        }),
      ],
    },
    {
      title: "Requests and use",
      height: 9,
      panels: [
        lines({
          title: "CPU requests and use",
          description: "Cores that each namespace asked for, and cores that it uses",
          unit: "cores",
          series: [
            [requested("cpu"), "{{namespace}} requested"],
            [`sum by (namespace) (${usedCpu})`, "{{namespace}} used"],
          ],
        }),
        lines({
          title: "Memory requests and use",
          description: "Memory that each namespace asked for, and memory that it uses",
          unit: "bytes",
          series: [
            [requested("memory"), "{{namespace}} requested"],
            [`sum by (namespace) (${usedMemory})`, "{{namespace}} used"],
          ],
        }),
      ],
    },
    {
      title: "Disk and network",
      height: 8,
      panels: [
        lines({
          title: "Disk",
          description: "Share of each node's disks in use; the kubelet evicts pods from 90% on",
          unit: "percentunit",
          max: 1,
          series: [
            [
              `1 - min by (node, device) (node_filesystem_avail_bytes{${disk}} / (node_filesystem_size_bytes{${disk}} > 0))`,
              "{{node}} {{device}}",
            ],
          ],
        }),
        lines({
          title: "Network",
          description: "Bytes that the pods of each namespace receive and send",
          unit: "Bps",
          series: [
            [
              `sum by (namespace) (rate(container_network_receive_bytes_total{namespace=~"$namespace"}[$__rate_interval]))`,
              "{{namespace}} in",
            ],
            [
              `sum by (namespace) (rate(container_network_transmit_bytes_total{namespace=~"$namespace"}[$__rate_interval]))`,
              "{{namespace}} out",
            ],
          ],
        }),
      ],
    },
  ],
});
