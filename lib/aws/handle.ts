// What the layers above a cluster on AWS may ask of the account. Nothing above layer 1 imports the AWS SDK: it asks this handle.
import type * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy: always Allow. No action or resource with a bare `*` but those that lib/aws/policy.ts lists. */
export interface Statement {
  /** Letters and digits; says what it is for. */
  readonly sid: string;
  /** `service:Action` each. */
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  /** Operator to key to values, as IAM writes it. */
  readonly conditions?: Readonly<
    Record<string, Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>>
  >;
}

export interface IdentityArgs {
  readonly namespace: string;
  /** Its name; it may be made later, by a chart for example. */
  readonly serviceAccount: string;
  readonly statements: readonly Statement[];
}

export interface BucketArgs {
  /** Part of its name: <cluster>-<account>-<region>-<purpose> is the whole. 3 to 20 letters, digits and dashes. */
  readonly purpose: string;
  /** Objects go after so many days. Default: never. */
  readonly expireDays?: number;
  /** Versioned: what is replaced or deleted can be had back for so many days. Default: not versioned. */
  readonly keepVersionsDays?: number;
}

export interface Bucket {
  /** Known in a preview: it follows from the stack file. */
  readonly name: string;
  readonly arn: string;
  /** The name. Waits until the bucket exists, private, encrypted and refusing plain http. */
  readonly ready: pulumi.Output<string>;
}

export interface DatabaseArgs {
  /** Name of the instance, within the cluster's. */
  readonly name: string;
  readonly engineVersion: string;
  /** db.<family>.<size> */
  readonly instanceClass: string;
  readonly storageGiB: number;
  readonly multiAz: boolean;
  readonly backupDays: number;
  readonly masterUser: string;
  /** Secret. */
  readonly masterPassword: pulumi.Output<string>;
  /** Snapshot to start from, at its first start. */
  readonly snapshot?: string;
  /** Whether it can't be deleted. Default: what the stack file says of the cluster's data. */
  readonly protect?: boolean;
}

export interface Database {
  /** Host name. Waits until it answers. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
}

export interface CertificateArgs {
  readonly hosts: readonly string[];
  /** Id of the Route 53 zone where the proof is written. */
  readonly zoneId: string;
}

export interface AwsHandle {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Name of the EKS cluster: also the prefix of what is made for it in the account. */
  readonly clusterName: string;
  readonly vpcCidr: string;
  /** Where load balancers that the internet reaches stand. Ids; wait for the subnets. */
  readonly publicSubnetIds: pulumi.Output<readonly string[]>;
  readonly vpcId: pulumi.Output<string>;
  /** Of the key that encrypts what this cluster stores. Waits for it. */
  readonly dataKeyArn: pulumi.Output<string>;
  /** On everything of this cluster in the account: what a controller makes there gets them from the controller. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Resolves when pods run, find names and get credentials: nodes, the network and DNS of pods, the Pod Identity agent. On destroy,
   * whoever read it is gone before any of these goes: a controller that has something to clean up in the account needs them.
   */
  readonly operational: pulumi.Output<string>;
  /** What brings the load balancers' controller, the volumes' driver and Karpenter along: EKS Auto Mode does by itself. */
  readonly nodes: "managed" | "karpenter" | "auto";
  /**
   * A role of its own for one service account, by EKS Pod Identity.
   *
   * @returns the service account's name. Waits for the association: a pod that starts before it has no credentials until it is restarted.
   */
  identity(name: string, args: IdentityArgs): pulumi.Output<string>;
  bucket(name: string, args: BucketArgs): Bucket;
  /** PostgreSQL on RDS, in the private subnets, reachable from the cluster's nodes and pods only. */
  database(name: string, args: DatabaseArgs): Database;
  /** ARN of a certificate of ACM. Waits until it is issued. */
  certificate(name: string, args: CertificateArgs): pulumi.Output<string>;
}
