import { constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const member = (name: string) => `job="etcd", instance="${name}"`;
const up = (...values: number[]): SeriesMap =>
  Object.fromEntries(values.map((value, index) => [`up{${member(`m${index}`)}}`, constant(value)]));

const wal = (below: string): SeriesMap => ({
  [`etcd_disk_wal_fsync_duration_seconds_bucket{${member("a")}, le="0.512"}`]: growing(below === "0.512" ? 100 : 0),
  [`etcd_disk_wal_fsync_duration_seconds_bucket{${member("a")}, le="1.024"}`]: growing(100),
  [`etcd_disk_wal_fsync_duration_seconds_bucket{${member("a")}, le="+Inf"}`]: growing(100),
});

const database = (size: number): SeriesMap => ({
  [`etcd_mvcc_db_total_size_in_bytes{${member("a")}}`]: constant(size),
  [`etcd_server_quota_backend_bytes{${member("a")}}`]: constant(100),
});

export const etcd: RuleCases = {
  EtcdNoLeader: {
    fires: {
      series: { [`etcd_server_has_leader{${member("a")}}`]: constant(0) },
      alerts: [{ labels: { instance: "a" } }],
    },
    quiet: { series: { [`etcd_server_has_leader{${member("a")}}`]: constant(1) } },
  },
  EtcdQuorumAtRisk: {
    fires: { series: up(1, 1, 0), alerts: [{ value: "2" }] },
    // A single member, as on a laptop, has no spare to begin with.
    quiet: { series: up(1) },
  },
  EtcdLeaderChanges: {
    fires: {
      series: { [`etcd_server_leader_changes_seen_total{${member("a")}}`]: growing(1) },
      alerts: [{ value: "15" }],
    },
    quiet: { series: { [`etcd_server_leader_changes_seen_total{${member("a")}}`]: constant(9) } },
  },
  EtcdSlowWal: {
    fires: { series: wal("1.024"), alerts: [{ labels: { instance: "a" }, value: "1.019s" }] },
    quiet: {
      series: {
        [`etcd_disk_wal_fsync_duration_seconds_bucket{${member("a")}, le="0.008"}`]: growing(100),
        [`etcd_disk_wal_fsync_duration_seconds_bucket{${member("a")}, le="+Inf"}`]: growing(100),
      },
    },
  },
  EtcdDatabaseAlmostFull: {
    fires: { series: database(85), alerts: [{ labels: { instance: "a" }, value: "85%" }] },
    quiet: { series: database(50) },
  },
};
