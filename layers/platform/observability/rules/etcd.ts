// Alerts on etcd, where the cluster runs its own: a managed control plane shows none of these series.
import type { RuleGroup } from "./types.ts";

const p99 = (histogram: string): string =>
  `histogram_quantile(0.99, sum by (instance, le) (rate(${histogram}_bucket{job="etcd"}[5m])))`;

export const etcd: RuleGroup = {
  name: "etcd",
  alerts: [
    {
      alert: "EtcdNoLeader",
      expr: `max by (instance) (etcd_server_has_leader{job="etcd"}) == 0`,
      for: "1m",
      severity: "critical",
      summary: "etcd member {{ $labels.instance }} has no leader",
      description: "Nothing can be written: the API server refuses every change.",
    },
    {
      alert: "EtcdQuorumAtRisk",
      // One more loss and the majority is gone.
      expr: `count(up{job="etcd"} == 1) <= (count(up{job="etcd"}) + 1) / 2 and count(up{job="etcd"}) > 1`,
      for: "3m",
      severity: "critical",
      summary: "etcd can't lose another member",
      description: "Only {{ $value }} members answer.",
    },
    {
      alert: "EtcdLeaderChanges",
      expr: `max(increase(etcd_server_leader_changes_seen_total{job="etcd"}[15m])) >= 4`,
      for: "5m",
      severity: "warning",
      summary: "etcd changes its leader again and again",
      description:
        "{{ $value | humanize }} changes within 15 minutes: disks or network are too slow for its heartbeats.",
    },
    {
      alert: "EtcdSlowWal",
      expr: `${p99("etcd_disk_wal_fsync_duration_seconds")} > 0.5`,
      for: "10m",
      severity: "warning",
      summary: "The disk of etcd {{ $labels.instance }} is slow",
      description: "The 99th percentile of log writes takes {{ $value | humanizeDuration }}.",
    },
    {
      alert: "EtcdDatabaseAlmostFull",
      expr: `
        max by (instance) (etcd_mvcc_db_total_size_in_bytes{job="etcd"})
        / max by (instance) (etcd_server_quota_backend_bytes{job="etcd"} > 0) > 0.8`,
      for: "10m",
      severity: "critical",
      summary: "The database of etcd {{ $labels.instance }} is almost full",
      description: "{{ $value | humanizePercentage }} of its quota is used; at the end etcd takes no more writes.",
    },
  ],
};
