// Alerts on volumes. The kubelet measures those of CSI drivers; a local path volume shares its node's disk (see nodes).
import type { RuleGroup } from "./types.ts";

const volume = "namespace, persistentvolumeclaim";
const free = `
  min by (${volume}) (kubelet_volume_stats_available_bytes)
  / max by (${volume}) (kubelet_volume_stats_capacity_bytes)`;

export const kubernetesStorage: RuleGroup = {
  name: "kubernetes-storage",
  alerts: [
    {
      alert: "KubePersistentVolumeFillingUp",
      expr: `${free} < 0.03`,
      for: "1m",
      severity: "critical",
      summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is full",
      description: "Only {{ $value | humanizePercentage }} of the volume is free.",
    },
    {
      alert: "KubePersistentVolumeFillingUp",
      expr: `${free} < 0.15 and min by (${volume}) (predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 86400)) < 0`,
      for: "1h",
      severity: "warning",
      summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} will be full within four days",
      description: "{{ $value | humanizePercentage }} of the volume is free, and it shrinks.",
    },
    {
      alert: "KubePersistentVolumeInodesFillingUp",
      expr: `
        min by (${volume}) (kubelet_volume_stats_inodes_free)
        / max by (${volume}) (kubelet_volume_stats_inodes) < 0.03`,
      for: "1m",
      severity: "critical",
      summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has no inodes left",
      description: "Only {{ $value | humanizePercentage }} of the inodes are free; new files can't be made.",
    },
    {
      alert: "KubePersistentVolumeClaimNotBound",
      expr: `max by (${volume}, phase) (kube_persistentvolumeclaim_status_phase{phase=~"Pending|Lost"}) == 1`,
      for: "15m",
      severity: "warning",
      summary: "Claim {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is {{ $labels.phase }}",
      description: "No volume is bound to the claim, so its pods can't start.",
    },
    {
      alert: "KubePersistentVolumeErrors",
      expr: `max by (persistentvolume) (kube_persistentvolume_status_phase{phase="Failed"}) == 1`,
      for: "5m",
      severity: "critical",
      summary: "Volume {{ $labels.persistentvolume }} failed",
      description: "The volume could not be reclaimed or provisioned.",
    },
  ],
};
