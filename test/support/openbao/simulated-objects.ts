// Objects that the simulated operator makes: as far as the operations read them, and an API server takes them.
import type { OpenBaoNames } from "../../../lib/openbao.ts";
import { ports } from "../../../names.ts";
import { labels } from "../../../tools/openbao/objects.ts";

const now = (): string => new Date().toISOString().replace(/\.\d+/, "");

export const condition = (type: string, status: string, reason: string, message = "") => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: now(),
});

const ownLabels = ({ cluster }: OpenBaoNames) => ({
  "app.kubernetes.io/name": "openbao",
  "app.kubernetes.io/instance": cluster,
  [labels.cluster]: cluster,
});

export interface SimulatedPod {
  readonly revision: string;
  readonly index: number;
  readonly image: string;
  /** No node takes it. */
  readonly stuck: boolean;
}

export const podObject = (names: OpenBaoNames, { revision, index, image, stuck }: SimulatedPod) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `${names.cluster}-${revision}-${index}`,
    namespace: names.namespace,
    labels: { ...ownLabels(names), [labels.revision]: revision },
  },
  spec: {
    terminationGracePeriodSeconds: 0,
    ...(stuck && { nodeSelector: { "simulated/none": "true" } }),
    containers: [
      {
        name: "openbao",
        image,
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } },
      },
    ],
  },
});

/** Status of a container whose image nobody has. */
export const stuckContainer = (image: string) => ({
  name: "openbao",
  image,
  imageID: "",
  ready: false,
  restartCount: 0,
  state: { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` } },
});

export const serviceObject = (names: OpenBaoNames, revision: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: names.service, namespace: names.namespace },
  spec: {
    selector: { ...ownLabels(names), [labels.revision]: revision },
    ports: [{ name: "api", port: ports.openbaoApi }],
  },
});

/** Of a controller of its own, so that nobody else says how it ended. */
export const jobObject = (names: OpenBaoNames, name: string, component: string) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: {
    name,
    namespace: names.namespace,
    labels: { [labels.cluster]: names.cluster, [labels.component]: component },
  },
  spec: {
    managedBy: "strata.dev/simulated-openbao-operator",
    template: { spec: { restartPolicy: "Never", containers: [{ name: component, image: "simulated" }] } },
  },
});
