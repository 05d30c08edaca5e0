// Ends that are no pods of the cluster, each with an address that stands for its kind.
import type { Edge, End, Outside, Pods } from "./model.ts";

const outside = (id: string, address: string): Outside => ({ kind: "outside", id, address });

/** Who comes to a NodePort or a load balancer: a machine somewhere, or a node that passes the request on. */
export const users = outside("users", "198.51.100.7");

export const apiServer = outside("API server", "172.18.0.3");

/** Source of the kubelet's probes where Istio's CNI plugin is. */
export const meshedKubelet = outside("kubelet, through the mesh", "169.254.7.127");

export const podIdentityAgent = outside("Pod Identity agent", "169.254.170.23");

/** Its gateway endpoint leaves it its public addresses. */
export const awsS3 = outside("S3", "198.51.100.80");

/** By their public addresses, or those of an endpoint inside the VPC. */
export const awsApis = [outside("AWS", "198.51.100.81"), outside("AWS, by an endpoint of the VPC", "10.0.7.8")];

/** The Service's port, and the one behind it: which of the two a policy sees depends on the pod network. */
export const apiServerPorts = [443, 6443];

export const apiServerEdges = (from: End, because: string): Edge[] =>
  apiServerPorts.map((port) => ({ from, to: apiServer, port, protocol: "TCP", because }));

/** Health checks of a load balancer come from its subnets. */
export const loadBalancer = (vpcCidr: string): Outside =>
  outside(
    "load balancer",
    vpcCidr.replace(/(\d+)\/\d+$/, (_, last: string) => String(Number(last) + 9)),
  );

export const podsOnly = (end: End): end is Pods => end.kind === "pods";
