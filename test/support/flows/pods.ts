// Pods for tests of the graph and of the evaluator, which ask nothing and open nothing but what a test says.
import type { Pods } from "./model.ts";

/** @param id `namespace/name` */
export const podsNamed = (id: `${string}/${string}`, more: Partial<Pods>): Pods => {
  const [namespace = "", name = ""] = id.split("/");
  return {
    ...{ kind: "pods", id, namespace, name, labels: { app: name }, annotations: {}, ports: [] },
    ...{ hostNetwork: false, replicas: 1, token: false, probes: [], texts: [] },
    ...more,
  };
};
