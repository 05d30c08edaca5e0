// Nodes as node-exporter measures them: utilisation for dashboards, and alerts on disk, memory, CPU, clock and network.
import type { AlertRule, RuleGroup } from "./types.ts";

// A node in a container shows bind mounts of one disk many times over, so filesystems are counted by device.
const filesystems = `fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|erofs"`;
const space = `
  min by (node, device) (
    node_filesystem_avail_bytes{${filesystems}} / (node_filesystem_size_bytes{${filesystems}} > 0)
  )`;

const diskFull = (severity: "critical" | "warning", threshold: number): AlertRule => ({
  alert: "NodeFilesystemAlmostFull",
  expr: `${space} < ${threshold}`,
  for: severity === "critical" ? "5m" : "15m",
  severity,
  summary: "{{ $labels.device }} of {{ $labels.node }} is almost full",
  description: "{{ $value | humanizePercentage }} of it is free; the kubelet removes images and evicts pods below 10%.",
});

const disk: AlertRule[] = [
  diskFull("warning", 0.1),
  diskFull("critical", 0.05),
  {
    alert: "NodeFilesystemFillingUp",
    expr: `${space} < 0.3 and min by (node, device) (predict_linear(node_filesystem_avail_bytes{${filesystems}}[6h], 86400)) < 0`,
    for: "1h",
    severity: "warning",
    summary: "{{ $labels.device }} of {{ $labels.node }} will be full within a day",
    description: "{{ $value | humanizePercentage }} of it is free, and it shrinks.",
  },
  {
    alert: "NodeFilesystemInodesAlmostUsedUp",
    expr: `
      min by (node, device) (
        node_filesystem_files_free{${filesystems}} / (node_filesystem_files{${filesystems}} > 0)
      ) < 0.05`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.device }} of {{ $labels.node }} has hardly any inodes left",
    description: "{{ $value | humanizePercentage }} of the inodes are free; new files can't be made without one.",
  },
  {
    alert: "NodeFilesystemReadOnly",
    // Read-only at every place it is mounted: a single read-only bind mount is nothing wrong.
    expr: `min by (node, device) (node_filesystem_readonly{${filesystems}}) == 1`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.device }} of {{ $labels.node }} is read-only",
    description: "The kernel makes a filesystem read-only after disk errors; nothing can be written to it.",
  },
  {
    alert: "NodeDiskSaturated",
    expr: `rate(node_disk_io_time_weighted_seconds_total{device=~"(nvme|sd|vd|xvd|dm-).*"}[5m]) > 10`,
    for: "30m",
    severity: "warning",
    summary: "Disk {{ $labels.device }} of {{ $labels.node }} can't keep up",
    description: "On average {{ $value | humanize }} requests wait for the disk.",
  },
];

const memory: AlertRule[] = [
  {
    alert: "NodeMemoryHigh",
    expr: "node:node_memory_utilisation:ratio > 0.9",
    for: "15m",
    severity: "warning",
    summary: "Node {{ $labels.node }} is short of memory",
    description: "{{ $value | humanizePercentage }} of its memory is in use.",
  },
  {
    alert: "NodeOomKill",
    expr: "increase(node_vmstat_oom_kill[5m]) > 0",
    severity: "warning",
    summary: "The kernel of {{ $labels.node }} killed a process for memory",
    description:
      "{{ $value | humanize }} processes were killed within five minutes, by a container's limit or the node's own end.",
  },
];

const cpu: AlertRule[] = [
  {
    alert: "NodeCpuHigh",
    expr: "node:node_cpu_utilisation:ratio_rate5m > 0.9",
    for: "30m",
    severity: "info",
    summary: "Node {{ $labels.node }} is out of CPU",
    description: "Its CPUs have been {{ $value | humanizePercentage }} busy.",
  },
  {
    alert: "NodeLoadHigh",
    expr: `max by (node) (node_load5) / on (node) count by (node) (node_cpu_seconds_total{mode="idle"}) > 4`,
    for: "15m",
    severity: "warning",
    summary: "Node {{ $labels.node }} is overloaded",
    description: "{{ $value | humanize }} processes per CPU run or wait for a disk.",
  },
];

const clockAndNetwork: AlertRule[] = [
  {
    alert: "NodeClockSkew",
    expr: "abs(node_timex_offset_seconds) > 0.05 and node_timex_sync_status == 1",
    for: "10m",
    severity: "warning",
    summary: "The clock of {{ $labels.node }} is off",
    description: "It differs by {{ $value | humanizeDuration }} from its time source; certificates and traces suffer.",
  },
  {
    alert: "NodeClockNotSynchronised",
    expr: "max_over_time(node_timex_sync_status[5m]) == 0 and node_timex_maxerror_seconds >= 16",
    for: "10m",
    severity: "warning",
    summary: "The clock of {{ $labels.node }} runs free",
    description: "No time source has corrected it for long enough that it may be 16 seconds off.",
  },
  {
    alert: "NodeNetworkErrors",
    expr: `
      (rate(node_network_receive_errs_total[5m]) + rate(node_network_transmit_errs_total[5m]))
      / (rate(node_network_receive_packets_total[5m]) + rate(node_network_transmit_packets_total[5m]) > 0) > 0.01`,
    for: "30m",
    severity: "warning",
    summary: "{{ $labels.device }} of {{ $labels.node }} has network errors",
    description: "{{ $value | humanizePercentage }} of the packets are damaged.",
  },
  {
    alert: "NodeConntrackAlmostFull",
    expr: "node_nf_conntrack_entries / (node_nf_conntrack_entries_limit > 0) > 0.75",
    for: "5m",
    severity: "warning",
    summary: "Node {{ $labels.node }} tracks almost as many connections as it can",
    description: "{{ $value | humanizePercentage }} of the table is used; at the end new connections are dropped.",
  },
];

export const nodes: RuleGroup = {
  name: "nodes",
  recording: [
    {
      record: "node:node_cpu_utilisation:ratio_rate5m",
      // Waiting for a disk is not work; steal is work of others.
      expr: `1 - avg by (node) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[5m])))`,
    },
    {
      record: "node:node_memory_utilisation:ratio",
      expr: "1 - max by (node) (node_memory_MemAvailable_bytes) / max by (node) (node_memory_MemTotal_bytes)",
    },
    {
      record: "node:node_filesystem_utilisation:ratio",
      expr: `
        max by (node, device) (
          1 - node_filesystem_avail_bytes{${filesystems}} / (node_filesystem_size_bytes{${filesystems}} > 0)
        )`,
    },
    {
      record: "node:node_network_receive_bytes:sum_rate5m",
      expr: `sum by (node) (rate(node_network_receive_bytes_total{device!~"lo|veth.*|lxc.*|cali.*"}[5m]))`,
    },
    {
      record: "node:node_network_transmit_bytes:sum_rate5m",
      expr: `sum by (node) (rate(node_network_transmit_bytes_total{device!~"lo|veth.*|lxc.*|cali.*"}[5m]))`,
    },
  ],
  alerts: [...disk, ...memory, ...cpu, ...clockAndNetwork],
};
