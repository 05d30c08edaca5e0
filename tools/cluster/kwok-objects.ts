// What a simulated cluster lacks and a kind cluster has: nodes, a default storage class, and volumes that claims bind to. Data only.

/** Nodes carry the label that kind's control plane has, so that a selector for it matches in both. */
export const simulatedNodes = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const name = `node-${index}`;
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        labels: {
          "kubernetes.io/hostname": name,
          "kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "ingress-ready": "true",
        },
        annotations: { "kwok.x-k8s.io/node": "fake" },
      },
      status: {
        allocatable: { cpu: "64", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "250" },
        capacity: { cpu: "64", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "250" },
      },
    };
  });

export const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "kubernetes.io/no-provisioner",
  // As in kind. Bound at once by the controller instead, a claim can be bound while its pod is being scheduled: the scheduler
  // misses that and looks at the pod again only after five minutes.
  volumeBindingMode: "WaitForFirstConsumer",
  reclaimPolicy: "Retain",
};

/** More claims than any stack has. Nothing is ever mounted, so the path is never looked at; Retain keeps everybody off it. */
export const simulatedVolumes = Array.from({ length: 64 }, (_, index) => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: `simulated-${String(index).padStart(2, "0")}` },
  spec: {
    capacity: { storage: "1Ti" },
    accessModes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"],
    persistentVolumeReclaimPolicy: "Retain",
    storageClassName: storageClass.metadata.name,
    hostPath: { path: "/var/lib/simulated" },
  },
}));

/** Where each is created, in order. */
export const simulatedObjects = (nodes: number): readonly { readonly path: string; readonly body: unknown }[] => [
  ...simulatedNodes(nodes).map((body) => ({ path: "/api/v1/nodes", body })),
  { path: "/apis/storage.k8s.io/v1/storageclasses", body: storageClass },
  ...simulatedVolumes.map((body) => ({ path: "/api/v1/persistentvolumes", body })),
];
