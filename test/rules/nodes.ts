import { change, constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const device = { node: "a", device: "/dev/vda1" };
const filesystem = (mountpoint = "/var", fstype = "ext4") =>
  `node="a", device="/dev/vda1", fstype="${fstype}", mountpoint="${mountpoint}"`;

const space = (available: string, fstype?: string): SeriesMap => ({
  [`node_filesystem_avail_bytes{${filesystem("/var", fstype)}}`]: available,
  [`node_filesystem_size_bytes{${filesystem("/var", fstype)}}`]: constant(10000),
});

const perNode = (metric: string, fires: string, quiet: string, value?: string, labels = {}) => ({
  fires: {
    series: { [`${metric}{node="a"}`]: fires },
    alerts: [{ labels: { node: "a", ...labels }, ...(value !== undefined && { value }) }],
  },
  quiet: { series: { [`${metric}{node="a"}`]: quiet } },
});

/** One CPU that is idle for so many of 60 seconds. */
const cpu = (idle: number): SeriesMap => ({
  'node_cpu_seconds_total{node="a", cpu="0", mode="idle"}': growing(idle),
  'node_cpu_seconds_total{node="a", cpu="0", mode="iowait"}': growing(0),
  'node_cpu_seconds_total{node="a", cpu="0", mode="user"}': growing(60 - idle),
});

const network = (errors: number): SeriesMap => ({
  'node_network_receive_errs_total{node="a", device="eth0"}': growing(errors),
  'node_network_transmit_errs_total{node="a", device="eth0"}': growing(0),
  'node_network_receive_packets_total{node="a", device="eth0"}': growing(600),
  'node_network_transmit_packets_total{node="a", device="eth0"}': growing(400),
});

export const nodes: RuleCases = {
  "NodeFilesystemAlmostFull/warning": {
    fires: { series: space(constant(800)), alerts: [{ labels: device, value: "8%" }] },
    quiet: { series: space(constant(2000)) },
  },
  "NodeFilesystemAlmostFull/critical": {
    fires: {
      series: space(constant(400)),
      alerts: [
        { labels: device, value: "4%" },
        { labels: device, value: "4%", severity: "warning" },
      ],
    },
    // An image that is mounted is always full.
    quiet: { series: space(constant(0), "squashfs") },
  },
  NodeFilesystemFillingUp: {
    fires: { series: space(growing(-10, 3500)), alerts: [{ labels: device, value: "17%" }] },
    quiet: { series: space(constant(2500)) },
  },
  NodeFilesystemInodesAlmostUsedUp: {
    fires: {
      series: {
        [`node_filesystem_files_free{${filesystem()}}`]: constant(4),
        [`node_filesystem_files{${filesystem()}}`]: constant(100),
      },
      alerts: [{ labels: device, value: "4%" }],
    },
    // Some filesystems have no fixed number of inodes and report none.
    quiet: {
      series: {
        [`node_filesystem_files_free{${filesystem()}}`]: constant(0),
        [`node_filesystem_files{${filesystem()}}`]: constant(0),
      },
    },
  },
  NodeFilesystemReadOnly: {
    fires: { series: { [`node_filesystem_readonly{${filesystem()}}`]: constant(1) }, alerts: [{ labels: device }] },
    quiet: {
      series: {
        [`node_filesystem_readonly{${filesystem("/lib/modules")}}`]: constant(1),
        [`node_filesystem_readonly{${filesystem()}}`]: constant(0),
      },
    },
  },
  NodeDiskSaturated: {
    fires: {
      series: { 'node_disk_io_time_weighted_seconds_total{node="a", device="vda"}': growing(1200) },
      alerts: [{ labels: { node: "a", device: "vda" }, value: "20" }],
    },
    quiet: {
      series: {
        'node_disk_io_time_weighted_seconds_total{node="a", device="vda"}': growing(60),
        'node_disk_io_time_weighted_seconds_total{node="a", device="loop0"}': growing(1200),
      },
    },
  },
  NodeMemoryHigh: {
    fires: {
      series: {
        'node_memory_MemAvailable_bytes{node="a"}': constant(5),
        'node_memory_MemTotal_bytes{node="a"}': constant(100),
      },
      alerts: [{ labels: { node: "a" }, value: "95%" }],
    },
    quiet: {
      series: {
        'node_memory_MemAvailable_bytes{node="a"}': constant(20),
        'node_memory_MemTotal_bytes{node="a"}': constant(100),
      },
    },
  },
  NodeOomKill: perNode("node_vmstat_oom_kill", change(177, 0, 1), constant(3), "1"),
  NodeCpuHigh: {
    fires: { series: cpu(3), alerts: [{ labels: { node: "a" }, value: "95%" }] },
    quiet: { series: cpu(30) },
  },
  NodeLoadHigh: {
    fires: {
      series: { ...cpu(30), 'node_load5{node="a"}': constant(5) },
      alerts: [{ labels: { node: "a" }, value: "5" }],
    },
    quiet: { series: { ...cpu(30), 'node_load5{node="a"}': constant(2) } },
  },
  NodeClockSkew: {
    fires: {
      series: {
        'node_timex_offset_seconds{node="a"}': constant(-0.5),
        'node_timex_sync_status{node="a"}': constant(1),
      },
      alerts: [{ labels: { node: "a" }, value: "500ms" }],
    },
    // Nothing sets the clock, as in a sandbox: NodeClockNotSynchronised speaks for that.
    quiet: {
      series: { 'node_timex_offset_seconds{node="a"}': constant(0.5), 'node_timex_sync_status{node="a"}': constant(0) },
    },
  },
  NodeClockNotSynchronised: {
    fires: {
      series: {
        'node_timex_sync_status{node="a"}': constant(0),
        'node_timex_maxerror_seconds{node="a"}': constant(16),
      },
      alerts: [{ labels: { node: "a" } }],
    },
    quiet: {
      series: {
        'node_timex_sync_status{node="a"}': constant(0),
        'node_timex_maxerror_seconds{node="a"}': constant(0.1),
      },
    },
  },
  NodeNetworkErrors: {
    fires: { series: network(50), alerts: [{ labels: { node: "a", device: "eth0" }, value: "5%" }] },
    quiet: { series: network(1) },
  },
  NodeConntrackAlmostFull: {
    fires: {
      series: {
        'node_nf_conntrack_entries{node="a"}': constant(90),
        'node_nf_conntrack_entries_limit{node="a"}': constant(100),
      },
      alerts: [{ labels: { node: "a" }, value: "90%" }],
    },
    quiet: {
      series: {
        'node_nf_conntrack_entries{node="a"}': constant(0),
        'node_nf_conntrack_entries_limit{node="a"}': constant(0),
      },
    },
  },
};
