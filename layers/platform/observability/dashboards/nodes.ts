// Nodes: processors, memory, disks and network, and the kubelet's own view of them.
import { dashboard, variable } from "./dashboard.ts";
import { lines, number } from "./panels.ts";

const node = `node=~"$node"`;
const disk = `${node}, fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|erofs"`;
const device = `${node}, device!~"lo|veth.*|cni.*|cali.*|lxc.*|tunl.*"`;

export const nodes = dashboard({
  uid: "strata-nodes",
  title: "Nodes",
  description: "Processors, memory, disks and network of each node",
  tags: ["kubernetes"],
  variables: [variable("node", "Node", "label_values(node_uname_info, node)")],
  rows: [
    {
      title: "Now",
      height: 4,
      panels: [
        number({
          title: "Uptime",
          description: "Time since the youngest of the nodes started",
          unit: "s",
          expr: `min(time() - node_boot_time_seconds{${node}})`,
        }),
        number({
          title: "Cores",
          description: "Logical processors of the chosen nodes",
          unit: "short",
          expr: `count(node_cpu_seconds_total{${node}, mode="idle"})`,
        }),
        number({
          title: "Memory",
          description: "Memory of the chosen nodes",
          unit: "bytes",
          expr: `sum(node_memory_MemTotal_bytes{${node}})`,
        }),
        number({
          title: "Pods",
          description: "Pods that the kubelets run",
          unit: "short",
          expr: `sum(kubelet_running_pods{${node}})`,
        }),
        number({
          title: "Pressure",
          description: "Nodes that report pressure on memory, disk or processes; pods are evicted then",
          unit: "short",
          expr: `sum(kube_node_status_condition{${node}, condition=~".*Pressure", status="true"})`,
          steps: [[1, "red"]],
        }),
      ],
    },
    {
      title: "Processors",
      height: 8,
      panels: [
        lines({
          title: "CPU by mode",
          description: "Cores in each mode: iowait is waiting for disks, steal is taken by other machines",
          unit: "cores",
          mode: "stacked",
          series: [
            [`sum by (mode) (rate(node_cpu_seconds_total{${node}, mode!="idle"}[$__rate_interval]))`, "{{mode}}"],
          ],
        }),
        lines({
          title: "Load per core",
          description: "Processes that run or wait, for each core; above 1 they wait",
          unit: "short",
          series: [
            [
              `node_load1{${node}} / on (node) count by (node) (node_cpu_seconds_total{${node}, mode="idle"})`,
              "{{node}}",
            ],
          ],
        }),
        lines({
          title: "Waiting for processors, memory, disks",
          description: "Share of time in which some task waited for the resource (pressure stall information)",
          unit: "percentunit",
          series: [
            [`rate(node_pressure_cpu_waiting_seconds_total{${node}}[$__rate_interval])`, "{{node}} cpu"],
            [`rate(node_pressure_memory_waiting_seconds_total{${node}}[$__rate_interval])`, "{{node}} memory"],
            [`rate(node_pressure_io_waiting_seconds_total{${node}}[$__rate_interval])`, "{{node}} io"],
          ],
        }),
      ],
    },
    {
      title: "Memory",
      height: 8,
      panels: [
        lines({
          title: "Memory",
          description: "Memory by use; what is cached is given back when it is needed",
          unit: "bytes",
          series: [
            [`node_memory_MemTotal_bytes{${node}} - node_memory_MemAvailable_bytes{${node}}`, "{{node}} used"],
            [`node_memory_Cached_bytes{${node}} + node_memory_Buffers_bytes{${node}}`, "{{node}} cached"],
            [`node_memory_MemTotal_bytes{${node}}`, "{{node}} total"],
          ],
        }),
        lines({
          title: "Major page faults",
          description: "Pages read back from disk; many of them mean that memory is short",
          unit: "ops",
          series: [[`rate(node_vmstat_pgmajfault{${node}}[$__rate_interval])`, "{{node}}"]],
        }),
        lines({
          title: "Out of memory",
          description: "Processes that the kernel ended for want of memory",
          unit: "short",
          series: [[`increase(node_vmstat_oom_kill{${node}}[$__rate_interval])`, "{{node}}"]],
        }),
      ],
    },
    {
      title: "Disks",
      height: 8,
      panels: [
        lines({
          title: "Space",
          description: "Share of each disk in use",
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
          title: "Throughput",
          description: "Bytes read from and written to each disk",
          unit: "Bps",
          series: [
            [`rate(node_disk_read_bytes_total{${node}}[$__rate_interval])`, "{{node}} {{device}} read"],
            [`rate(node_disk_written_bytes_total{${node}}[$__rate_interval])`, "{{node}} {{device}} written"],
          ],
        }),
        lines({
          title: "Busy",
          description: "Share of time in which the disk had something to do",
          unit: "percentunit",
          max: 1,
          series: [[`rate(node_disk_io_time_seconds_total{${node}}[$__rate_interval])`, "{{node}} {{device}}"]],
        }),
      ],
    },
    {
      title: "Network",
      height: 8,
      panels: [
        lines({
          title: "Throughput",
          description: "Bytes through the nodes' own interfaces, pods' virtual ones left out",
          unit: "Bps",
          series: [
            [`rate(node_network_receive_bytes_total{${device}}[$__rate_interval])`, "{{node}} {{device}} in"],
            [`rate(node_network_transmit_bytes_total{${device}}[$__rate_interval])`, "{{node}} {{device}} out"],
          ],
        }),
        lines({
          title: "Errors and drops",
          description: "Packets lost on the nodes' own interfaces",
          unit: "pps",
          series: [
            [
              `rate(node_network_receive_errs_total{${device}}[$__rate_interval]) + rate(node_network_receive_drop_total{${device}}[$__rate_interval])`,
              "{{node}} {{device}} in",
            ],
            [
              `rate(node_network_transmit_errs_total{${device}}[$__rate_interval]) + rate(node_network_transmit_drop_total{${device}}[$__rate_interval])`,
              "{{node}} {{device}} out",
            ],
          ],
        }),
        lines({
          title: "Connections",
          description: "TCP connections that are open on the node",
          unit: "short",
          series: [[`node_netstat_Tcp_CurrEstab{${node}}`, "{{node}}"]],
        }),
      ],
    },
  ],
});
