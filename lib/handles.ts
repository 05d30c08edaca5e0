// The types that layers hand to each other. A handle carries readiness as values, each as narrow as it can be:
// an Output here has an edge to exactly the resource that its comment names, so whoever reads it waits for that and nothing else.
import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ChartImageKey } from "../chart-images.ts";
import type { MeshConfig } from "../config/schema.ts";
import type { ChartKey, ImageKey } from "../versions.ts";
import type { AwsHandle } from "./aws/handle.ts";
import type { MeshMembers } from "./mesh/membership.ts";
import type { Flow, Peer } from "./network-policy.ts";

export interface ImageSource {
  /**
   * Reference to write into a pod. Waits until that image is in the nodes, and for no other image.
   * Asking for an image is what puts it on the list to fetch. A string other than a key is a full reference.
   */
  reference(image: ImageKey | ChartImageKey | (string & {})): pulumi.Output<string>;
}

export interface ClusterImages extends ImageSource {
  /** What was asked for so far: key of versions.ts or chart-images.ts (or the reference itself) to registry/repository:tag. */
  used(): Readonly<Record<string, string>>;
}

/** A publisher's chart, locked in versions.ts. */
export interface ChartFile {
  readonly name: string;
  readonly version: string;
  /** Its .tgz, relative to the project. Waits until the file is there, and for no resource. */
  readonly path: pulumi.Output<string>;
}

export interface ChartSource {
  /** Asking for a chart is what fetches it, once per machine. */
  chart(key: ChartKey): ChartFile;
}

/** What only the running API server says of itself. */
export interface ApiFacts {
  /** Addresses behind the Service kubernetes: a NetworkPolicy is judged by them where it is judged after translation. */
  readonly endpoints: readonly string[];
  /** Issuer of the tokens of service accounts, an https:// URL. */
  readonly issuer: string;
  /** Public keys that those tokens are signed with, PEM. */
  readonly publicKeys: readonly string[];
}

export interface ClusterHandle {
  readonly name: string;
  /** Pods report Ready but run nothing: whatever only a container can show is skipped, and said to be. */
  readonly simulated: boolean;
  /** On this machine, thrown away with one command. */
  readonly local: boolean;
  /** NodePorts are reachable from 127.0.0.1 of the user's machine (or asked for, on an existing cluster). */
  readonly nodePorts: boolean;
  readonly provider: kubernetes.Provider;
  /** Secret. Waits for the API server. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly images: ClusterImages;
  readonly charts: ChartSource;
  /** Asks the API server, once. Waits for it; unknown in a preview that reaches none. */
  readonly api: () => pulumi.Output<ApiFacts>;
  /** The account it runs in. Undefined off AWS. */
  readonly aws?: AwsHandle;
  /** The same for what nodes need to become Ready, where `options` waits for nodes. Default: options. */
  readonly early?: pulumi.ComponentResourceOptions;
  /** Give these to every component above layer 1: the provider, and `deletedWith` where the cluster is ours. */
  readonly options: pulumi.ComponentResourceOptions;
}

/** The pod network. Only what truly needs running pods waits for it: API objects may be created before. */
export interface PodNetwork {
  /** Name of the CNI. Resolves when pods can get an address; at once where the cluster brings its own CNI. */
  readonly ready: pulumi.Output<string>;
  /** Ports of its programs on the nodes' own network that ask Prometheus to scrape them. */
  readonly nodeMetrics: readonly number[];
}

/** The Gateway API's definitions. Whoever makes such an object, or starts a program that looks for them, waits for this. */
export interface GatewayApi {
  /** Waits until the API server serves them. */
  readonly ready: pulumi.Output<string>;
}

/** The service mesh. Pods wait for none of it: they are taken over where they run. */
export interface Mesh extends MeshMembers {
  readonly simulated: boolean;
  /** Revision of the control plane, for the label of its objects. Waits for the definitions of Istio's kinds. */
  readonly revision: pulumi.Output<string>;
  readonly gatewayApi: GatewayApi;
  readonly issuers: MeshConfig["issuers"];
  /** Namespace of the collector. Undefined: no traces. */
  readonly telemetryNamespace: string | undefined;
}

export interface Certificates {
  /** ClusterIssuer that signs the gateway's certificate. Waits for it; undefined where nobody can sign (simulated nodes, no credentials). */
  readonly issuer: pulumi.Output<string> | undefined;
  /** Pods in the gateway's namespace answer the authority, and the gateway must reach them. */
  readonly solver: "none" | "http";
}

/** An object that each namespace with routes needs, beside the gateway's right to read there. */
export interface AdmissionObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Waits until the API server serves its kind. */
  readonly ready: pulumi.Output<string>;
}

interface GatewayBase {
  /** Base URL on the user's machine, or the public one of its first host; undefined where neither is. */
  readonly url: string | undefined;
  /** Host name of the load balancer before it. Waits for it; undefined where there is none. */
  readonly address?: pulumi.Output<string> | undefined;
  /** Namespace that its pods run in: whoever takes traffic from it allows this one in a NetworkPolicy. */
  readonly namespace: string;
  /**
   * What a RoleBinding in a namespace must name before the gateway can see the routes there; undefined where it reads every namespace.
   */
  readonly reader:
    | {
        /** Waits for the ClusterRole. */
        readonly clusterRole: pulumi.Output<string>;
        /** ServiceAccount of the gateway, in its namespace. */
        readonly serviceAccount: string;
      }
    | undefined;
  readonly admission: readonly AdmissionObject[];
}

/** Its routes are Ingress objects. */
export interface IngressGateway extends GatewayBase {
  readonly api: "ingress";
  /** Waits for the IngressClass. */
  readonly ingressClass: pulumi.Output<string>;
  /** Value for the annotation that lists middlewares of the gateway, by the names of the stack file. */
  middlewareAnnotation(names: readonly string[]): string;
}

/** Its routes are HTTPRoutes of the Gateway API. */
export interface HttpRouteGateway extends GatewayBase {
  readonly api: "gateway";
  /** Name of the Gateway object, in the gateway's namespace. Waits for it, and with it for the definitions. */
  readonly parent: pulumi.Output<string>;
  /** Filters of a rule for middlewares of the gateway, by the names of the stack file. */
  middlewareFilters(names: readonly string[]): readonly Readonly<Record<string, unknown>>[];
}

export type Gateway = IngressGateway | HttpRouteGateway;

/** Pages of the platform that the edge can stand before. */
export type EdgePage = "openbao" | "argocd" | "grafana" | "prometheus" | "alertmanager" | "redpandaConsole";

/** Page to its host name. */
export type EdgeHosts = Readonly<Partial<Record<EdgePage, string>>>;

/** The gateway with TLS before the platform's pages, each under a host of its own. */
export interface Edge {
  readonly gateway: HttpRouteGateway;
  /** Name of its listener for TLS. */
  readonly listener: string;
  /** Port on the user's machine. */
  readonly port: number;
  /** Host name of a page; undefined for one that the edge does not stand before. */
  host(page: EdgePage): string | undefined;
}

export interface DatabaseCredentials {
  readonly host: string;
  readonly port: number;
  /** `require`: the server refuses what is not encrypted. `disable`: it has no TLS. */
  readonly sslMode: "disable" | "require";
  /** Waits until the database and its owner exist. */
  readonly database: pulumi.Output<string>;
  readonly user: string;
  /** Secret. */
  readonly password: pulumi.Output<string>;
}

export interface PostgresHandle {
  /** The server, in the NetworkPolicy of a client. */
  readonly peer: Peer;
  /** Throws a ConfigError for a database that is not in the stack file. */
  database(name: string): DatabaseCredentials;
}

/** Who uses a bucket. A store without keys lets exactly this account in. */
export interface BucketClient {
  readonly namespace: string;
  /** Name; it may be made later, by an operator for example. One account uses one bucket. */
  readonly serviceAccount: string;
}

interface BucketAddress {
  /** Of the S3 API: http://host:port inside the cluster, or https://host of AWS. */
  readonly endpoint: string;
  readonly region: string;
  /** Its name. Waits until it can be used. */
  readonly bucket: pulumi.Output<string>;
  /** What the NetworkPolicy of a client must allow. */
  readonly egress: readonly Flow[];
}

/** A key opens this bucket and no other. Bucket names are in the path of an address. */
export interface BucketByKey extends BucketAddress {
  readonly access: "key";
  readonly accessKeyId: pulumi.Output<string>;
  /** Secret. */
  readonly secretAccessKey: pulumi.Output<string>;
}

/** The client's service account opens it, by the credentials that AWS's SDKs find by themselves. Bucket names are in front of the host. */
export interface BucketByIdentity extends BucketAddress {
  readonly access: "identity";
  /** Name of the client's service account. Waits for its role: a pod that starts before has no credentials. */
  readonly serviceAccount: pulumi.Output<string>;
}

export type BucketCredentials = BucketByKey | BucketByIdentity;

export interface ObjectStoreHandle {
  /** One of the buckets that the object store was constructed with. */
  bucket(name: string, client: BucketClient): BucketCredentials;
}

export interface SecretsHandle {
  /** Name of the Secret of an item of the stack file, in the namespace of the apps. Waits until it is asked for, not until it is there. */
  secret(item: string): pulumi.Output<string>;
  /** Whether workloads are restarted when such a Secret changes: those that say so, see lib/reload.ts. */
  readonly reload: "reloader" | "none";
}

export interface QueueHandle {
  readonly namespace: string;
  /** host:port of the Kafka API, inside the cluster. Waits until the broker is ready. */
  readonly brokers: pulumi.Output<string>;
}

/** Where telemetry goes: plain addresses, because senders retry and need not wait. */
export interface TelemetryHandle {
  readonly namespace: string;
  /** http://host:4317 */
  readonly otlpGrpc: string;
  /** http://host:4318 */
  readonly otlpHttp: string;
}
