import { constant, growing, type RuleCases } from "./types.ts";

const claim = 'namespace="database", persistentvolumeclaim="data-postgres-0"';
const labels = { namespace: "database", persistentvolumeclaim: "data-postgres-0" };
const available = `kubelet_volume_stats_available_bytes{${claim}}`;
const capacity = `kubelet_volume_stats_capacity_bytes{${claim}}`;

export const kubernetesStorage: RuleCases = {
  "KubePersistentVolumeFillingUp/critical": {
    fires: { series: { [available]: constant(2), [capacity]: constant(100) }, alerts: [{ labels, value: "2%" }] },
    quiet: { series: { [available]: constant(5), [capacity]: constant(100) } },
  },
  "KubePersistentVolumeFillingUp/warning": {
    // 10% left after three hours at 1% in three hours: full within four days.
    fires: {
      series: { [available]: growing(-6, 2080), [capacity]: constant(10000) },
      alerts: [{ labels, value: "10%" }],
    },
    // As full, and it stays so.
    quiet: { series: { [available]: constant(1000), [capacity]: constant(10000) } },
  },
  KubePersistentVolumeInodesFillingUp: {
    fires: {
      series: {
        [`kubelet_volume_stats_inodes_free{${claim}}`]: constant(1),
        [`kubelet_volume_stats_inodes{${claim}}`]: constant(100),
      },
      alerts: [{ labels, value: "1%" }],
    },
    quiet: {
      series: {
        [`kubelet_volume_stats_inodes_free{${claim}}`]: constant(50),
        [`kubelet_volume_stats_inodes{${claim}}`]: constant(100),
      },
    },
  },
  KubePersistentVolumeClaimNotBound: {
    fires: {
      series: { [`kube_persistentvolumeclaim_status_phase{${claim}, phase="Pending"}`]: constant(1) },
      alerts: [{ labels: { ...labels, phase: "Pending" } }],
    },
    quiet: {
      series: {
        [`kube_persistentvolumeclaim_status_phase{${claim}, phase="Pending"}`]: constant(0),
        [`kube_persistentvolumeclaim_status_phase{${claim}, phase="Bound"}`]: constant(1),
      },
    },
  },
  KubePersistentVolumeErrors: {
    fires: {
      series: { 'kube_persistentvolume_status_phase{persistentvolume="pv-1", phase="Failed"}': constant(1) },
      alerts: [{ labels: { persistentvolume: "pv-1" } }],
    },
    quiet: {
      series: {
        'kube_persistentvolume_status_phase{persistentvolume="pv-1", phase="Failed"}': constant(0),
        'kube_persistentvolume_status_phase{persistentvolume="pv-1", phase="Bound"}': constant(1),
      },
    },
  },
};
