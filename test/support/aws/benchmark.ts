// The CIS Amazon EKS Benchmark 1.7.0 and the EKS best practices guide, as far as a plan can tell: each item finds what breaks it.
import { nodeAccess } from "../../../lib/node-access.ts";
import type { Plan, Registration } from "../../../tools/plan/record.ts";
import { containersOf, objectsOf, workloadsOf } from "../kubernetes.ts";
import type { PolicyDocument } from "./policy-lint.ts";

export interface Item {
  /** Of the benchmark; BP and a word for the guide, whose items have no numbers. */
  readonly number: string;
  readonly title: string;
  /** What breaks it. */
  readonly check: (plan: Plan) => readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const of = (plan: Plan, type: string): Registration[] => plan.resources.filter((resource) => resource.type === type);

/** Something that must be there to be looked at: an item that found none of it would pass on nothing. */
const each = (plan: Plan, type: string, breaks: (inputs: Fields, resource: Registration) => boolean): string[] => {
  const found = of(plan, type);
  if (found.length === 0) return [`there is no ${type}`];
  return found.filter((resource) => breaks(resource.inputs, resource)).map(({ name }) => name);
};

const cluster = (breaks: (inputs: Fields) => boolean) => (plan: Plan) => each(plan, "aws:eks/cluster:Cluster", breaks);

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
}

const rules = (plan: Plan, breaks: (rule: Rule) => boolean): string[] =>
  objectsOf(plan)
    .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
    .filter(({ resource }) => ((resource.inputs["rules"] ?? []) as Rule[]).some(breaks))
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`);

const grants = ({ resources = [], verbs = [] }: Rule, resource: string, ...asked: string[]): boolean =>
  resources.some((one) => one === resource || one === "*") &&
  verbs.some((verb) => verb === "*" || asked.includes(verb));

const pods = (plan: Plan, breaks: (workload: ReturnType<typeof workloadsOf>[number]) => boolean): string[] =>
  workloadsOf(plan)
    .filter(breaks)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    // Listed with its reason in lib/node-access.ts.
    .filter((name) => !(name in nodeAccess));

const namespaces = (plan: Plan) => objectsOf(plan).filter(({ kind }) => kind === "Namespace");

const documents = (plan: Plan, type: string, key: string): [string, PolicyDocument][] =>
  of(plan, type).map(({ name, inputs }) => [name, JSON.parse(String(inputs[key])) as PolicyDocument]);

const nodeRoles = (plan: Plan): Set<unknown> =>
  new Set(
    of(plan, "aws:iam/role:Role")
      .filter(({ inputs }) => String(inputs["assumeRolePolicy"]).includes("ec2.amazonaws.com"))
      .map(({ inputs }) => inputs["name"]),
  );

const publicSubnets = (plan: Plan): Set<string> =>
  new Set(
    of(plan, "aws:ec2/subnet:Subnet")
      .filter(({ inputs }) => "kubernetes.io/role/elb" in fields(inputs["tags"]))
      .map(({ name }) => `${name}-id`),
  );

export const items: readonly Item[] = [
  {
    number: "2.1.1",
    title: "audit logs are on",
    check: cluster(({ enabledClusterLogTypes }) => !texts(enabledClusterLogTypes).includes("audit")),
  },
  {
    number: "2.1.2",
    title: "audit logs are kept, encrypted, for a set time",
    check: (plan) =>
      each(plan, "aws:cloudwatch/logGroup:LogGroup", (inputs) => !inputs["retentionInDays"] || !inputs["kmsKeyId"]),
  },
  {
    number: "4.1.1",
    title: "cluster-admin is bound to nobody",
    check: (plan) =>
      objectsOf(plan)
        .filter(({ kind }) => kind === "ClusterRoleBinding" || kind === "RoleBinding")
        .filter(({ resource }) => fields(resource.inputs["roleRef"])["name"] === "cluster-admin")
        .map(({ metadata }) => String(metadata.name)),
  },
  {
    number: "4.1.2",
    title: "no role reads Secrets of every namespace",
    check: (plan) => {
      const everywhere = objectsOf(plan)
        .filter(({ kind }) => kind === "ClusterRoleBinding")
        .map(({ resource }) => `ClusterRole ${String(fields(resource.inputs["roleRef"])["name"])}`);
      const readers = rules(plan, (rule) => grants(rule, "secrets", "get", "list", "watch"));
      return readers.filter((name) => everywhere.includes(name));
    },
  },
  {
    number: "4.1.3",
    title: "no role has a wildcard",
    check: (plan) => rules(plan, ({ resources = [], verbs = [] }) => [...resources, ...verbs].includes("*")),
  },
  {
    number: "4.1.4",
    title: "no role creates pods",
    check: (plan) => rules(plan, (rule) => grants(rule, "pods", "create")),
  },
  {
    number: "4.1.5",
    title: "no pod uses a token of the default service account",
    check: (plan) =>
      pods(plan, ({ pod }) => pod.automountServiceAccountToken !== false && !fields(pod)["serviceAccountName"]),
  },
  {
    number: "4.1.6",
    title: "every pod says whether it mounts a token",
    check: (plan) => pods(plan, ({ pod }) => pod.automountServiceAccountToken === undefined),
  },
  {
    number: "4.1.7",
    title: "access entries, and no aws-auth",
    check: cluster(({ accessConfig }) => fields(accessConfig)["authenticationMode"] !== "API"),
  },
  {
    number: "4.1.8",
    title: "no role binds, impersonates or escalates",
    check: (plan) =>
      rules(plan, ({ verbs = [] }) => verbs.some((verb) => ["bind", "impersonate", "escalate"].includes(verb))),
  },
  {
    number: "4.2.1",
    title: "every namespace enforces a pod security standard, and no container is privileged",
    check: (plan) => [
      ...namespaces(plan)
        .filter(({ metadata }) => !metadata.labels?.["pod-security.kubernetes.io/enforce"])
        .map(({ metadata }) => `namespace ${metadata.name}`),
      ...pods(plan, (workload) => containersOf(workload).some((one) => one.securityContext?.privileged === true)),
    ],
  },
  {
    number: "4.2.2",
    title: "no pod sees the host's processes",
    check: (plan) => pods(plan, ({ pod }) => pod.hostPID === true),
  },
  {
    number: "4.2.3",
    title: "no pod shares the host's IPC",
    check: (plan) => pods(plan, ({ pod }) => fields(pod)["hostIPC"] === true),
  },
  {
    number: "4.2.4",
    title: "no pod is on the host's network",
    check: (plan) => pods(plan, ({ pod }) => pod.hostNetwork === true),
  },
  {
    number: "4.2.5",
    title: "no container may gain privileges",
    check: (plan) =>
      pods(plan, (workload) =>
        containersOf(workload).some((one) => one.securityContext?.allowPrivilegeEscalation !== false),
      ),
  },
  {
    number: "4.3.1",
    title: "the pod network enforces network policies",
    check: (plan) =>
      of(plan, "aws:eks/addon:Addon")
        .filter(({ inputs }) => inputs["addonName"] === "vpc-cni")
        .filter(
          ({ inputs }) =>
            fields(JSON.parse(String(inputs["configurationValues"] ?? "{}")))["enableNetworkPolicy"] !== "true",
        )
        .map(({ name }) => name),
  },
  {
    number: "4.3.2",
    title: "every namespace has network policies",
    check: (plan) => {
      const guarded = new Set(
        objectsOf(plan)
          .filter(({ kind }) => kind === "NetworkPolicy")
          .map(({ metadata }) => metadata.namespace),
      );
      return namespaces(plan).flatMap(({ metadata }) => (guarded.has(metadata.name) ? [] : [String(metadata.name)]));
    },
  },
  {
    number: "4.4.2",
    title: "secrets come from outside the cluster",
    check: (plan) =>
      plan.resources.some(({ type }) => type.endsWith(":ExternalSecrets")) ? [] : ["there is no External Secrets"],
  },
  {
    number: "4.5.2",
    title: "nothing is in the namespace default",
    check: (plan) =>
      objectsOf(plan)
        .filter(({ metadata }) => metadata.namespace === "default")
        .map(({ resource }) => resource.name),
  },
  {
    number: "5.1.3",
    title: "nodes may only pull from ECR, and do nothing else in the account",
    check: (plan) => {
      const roles = nodeRoles(plan);
      const allowed = /policy\/(AmazonEC2ContainerRegistryPullOnly|AmazonEKSWorkerNodeMinimalPolicy)$/;
      return [
        ...of(plan, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(
          ({ inputs }) => roles.has(inputs["role"]) && !allowed.test(String(inputs["policyArn"])),
        ),
        ...of(plan, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => roles.has(inputs["role"])),
      ].map(({ name }) => name);
    },
  },
  {
    number: "5.2.1",
    title: "each pod that calls AWS has a role for its service account alone",
    check: (plan) =>
      documents(plan, "aws:iam/role:Role", "assumeRolePolicy").flatMap(([name, { Statement }]) =>
        Statement.filter(({ Principal }) => JSON.stringify(Principal).includes("pods.eks"))
          .filter(({ Condition }) => {
            const equals = fields(Condition?.["StringEquals"]);
            return (
              !equals["aws:RequestTag/kubernetes-service-account"] || !equals["aws:RequestTag/kubernetes-namespace"]
            );
          })
          .map(() => name),
      ),
  },
  {
    number: "5.3.1",
    title: "Secrets are encrypted with a key of the account's own",
    check: cluster(({ encryptionConfig }) => {
      const { resources, provider } = fields(encryptionConfig);
      return !texts(resources).includes("secrets") || !fields(provider)["keyArn"];
    }),
  },
  {
    number: "5.4.1",
    title: "the API server is reached from named addresses only",
    check: cluster(({ vpcConfig }) => {
      const { endpointPublicAccess, publicAccessCidrs } = fields(vpcConfig);
      return (
        endpointPublicAccess === true &&
        (texts(publicAccessCidrs).length === 0 || texts(publicAccessCidrs).includes("0.0.0.0/0"))
      );
    }),
  },
  {
    number: "5.4.2",
    title: "the API server has a private endpoint, and no public one",
    check: cluster(({ vpcConfig }) => {
      const { endpointPublicAccess, endpointPrivateAccess } = fields(vpcConfig);
      return endpointPrivateAccess !== true || endpointPublicAccess !== false;
    }),
  },
  {
    number: "5.4.3",
    title: "nodes have private addresses only",
    check: (plan) => {
      const open = publicSubnets(plan);
      return [
        ...each(plan, "aws:ec2/subnet:Subnet", ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch !== false),
        ...each(plan, "aws:eks/nodeGroup:NodeGroup", ({ subnetIds }) => texts(subnetIds).some((id) => open.has(id))),
      ];
    },
  },
  {
    number: "5.4.5",
    title: "what comes in from outside is encrypted",
    check: (plan) =>
      objectsOf(plan)
        .filter(({ kind, spec }) => kind === "Service" && spec["type"] === "LoadBalancer")
        .filter(({ metadata }) => !metadata.annotations?.["service.beta.kubernetes.io/aws-load-balancer-ssl-cert"])
        .map(({ resource }) => resource.name),
  },
  {
    number: "5.5.1",
    title: "users come in by IAM, and the kubeconfig has no credentials",
    check: (plan) => {
      const text = JSON.stringify(plan.outputs["kubeconfig"]);
      return text.includes("get-token") && !/client-key-data|client-certificate-data|"token":/.test(text)
        ? []
        : ["kubeconfig"];
    },
  },
  {
    number: "BP IMDS",
    title: "IMDSv2 with one hop: a pod gets no credentials of its node",
    check: (plan) =>
      each(plan, "aws:ec2/launchTemplate:LaunchTemplate", ({ metadataOptions }) => {
        const { httpTokens, httpPutResponseHopLimit } = fields(metadataOptions);
        return httpTokens !== "required" || httpPutResponseHopLimit !== 1;
      }),
  },
  {
    number: "BP volumes",
    title: "volumes of nodes and of pods are encrypted",
    check: (plan) => [
      ...each(plan, "aws:ec2/launchTemplate:LaunchTemplate", ({ blockDeviceMappings }) =>
        (blockDeviceMappings as { ebs: Fields }[]).some(({ ebs }) => ebs["encrypted"] !== "true" || !ebs["kmsKeyId"]),
      ),
      ...each(
        plan,
        "kubernetes:storage.k8s.io/v1:StorageClass",
        ({ parameters }) => fields(parameters)["encrypted"] !== "true",
      ),
    ],
  },
  {
    number: "BP buckets",
    title: "buckets are private, encrypted, and refuse plain http",
    check: (plan) => [
      ...each(plan, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", (inputs) =>
        ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].some(
          (key) => inputs[key] !== true,
        ),
      ),
      ...each(
        plan,
        "aws:s3/bucketPolicy:BucketPolicy",
        ({ policy }) => !String(policy).includes("aws:SecureTransport"),
      ),
      ...each(
        plan,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        ({ rules: all }) => !JSON.stringify(all).includes("aws:kms"),
      ),
    ],
  },
  {
    number: "BP key rotation",
    title: "keys rotate",
    check: (plan) => each(plan, "aws:kms/key:Key", ({ enableKeyRotation }) => enableKeyRotation !== true),
  },
  {
    number: "BP zones",
    title: "nodes and NAT gateways stand in three zones",
    check: (plan) => {
      const zones = new Set(of(plan, "aws:ec2/subnet:Subnet").map(({ inputs }) => inputs["availabilityZone"]));
      const nat = of(plan, "aws:ec2/natGateway:NatGateway").length;
      return zones.size >= 3 && nat >= 3 ? [] : [`${zones.size} zones, ${nat} NAT gateways`];
    },
  },
  {
    number: "BP flow logs",
    title: "the VPC's traffic is logged",
    check: (plan) => each(plan, "aws:ec2/flowLog:FlowLog", ({ trafficType }) => trafficType !== "ALL"),
  },
  {
    number: "BP deletion",
    title: "the cluster can't be deleted by mistake",
    check: cluster(({ deletionProtection }) => deletionProtection !== true),
  },
  {
    number: "BP default group",
    title: "the VPC's default security group admits nobody",
    check: (plan) =>
      each(plan, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", ({ ingress, egress }) =>
        [ingress, egress].some((list) => !Array.isArray(list) || list.length > 0),
      ),
  },
  {
    number: "BP support",
    title: "no extended support: an old version is upgraded, and not paid for sixfold",
    check: cluster(({ upgradePolicy }) => fields(upgradePolicy)["supportType"] !== "STANDARD"),
  },
];

/** What a plan can't tell, with who does. */
export const elsewhere: Readonly<Record<string, string>> = {
  "3.1.1 to 3.1.4": "files of the kubelet: the AMI's; no user data changes them",
  "3.2.1 to 3.2.9": "flags of the kubelet: the AMI's; no user data changes them",
  "4.4.1": "secrets as files: Postgres, Grafana and apps read some from their environment, as their images do",
  "4.5.1": "namespaces as boundaries: one for each service; yours to divide further",
  "5.1.1": "scanning of images: none here is in ECR; scan them where you mirror them",
  "5.1.2": "who may push to ECR: the same",
  "5.1.4": "registries: policy strata-images lets in only what the stack names",
  "5.4.4": "network policies are on: 4.3.1 and 4.3.2",
};
