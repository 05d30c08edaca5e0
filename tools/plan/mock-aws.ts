// What AWS would answer, as far as the program reads it. An ARN that a policy names has AWS's own form.
type Inputs = Record<string, unknown>;

const account = "111122223333";
const region = "eu-central-1";

const arnOf = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;

const states: Record<string, (name: string, inputs: Inputs) => Inputs> = {
  "aws:eks/cluster:Cluster": (name, inputs) => ({
    arn: arnOf("eks", `cluster/${inputs["name"]}`),
    endpoint: `https://${name}.gr7.${region}.eks.amazonaws.com`,
    certificateAuthority: { data: "dGVzdA==" },
    vpcConfig: { ...(inputs["vpcConfig"] as Inputs), clusterSecurityGroupId: "sg-0123456789abcdef0" },
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
  "aws:kms/key:Key": (name) => ({ keyId: name, arn: arnOf("kms", `key/${name}`) }),
  "aws:cloudwatch/logGroup:LogGroup": (_name, inputs) => ({ arn: arnOf("logs", `log-group:${inputs["name"]}`) }),
  "aws:cloudwatch/eventRule:EventRule": (name) => ({ name, arn: arnOf("events", `rule/${name}`) }),
  "aws:iam/role:Role": (_name, inputs) => ({ arn: `arn:aws:iam::${account}:role/${inputs["name"]}` }),
  "aws:iam/instanceProfile:InstanceProfile": (_name, inputs) => ({
    arn: `arn:aws:iam::${account}:instance-profile/${inputs["name"]}`,
  }),
  "aws:acm/certificate:Certificate": (name, inputs) => ({
    arn: arnOf("acm", `certificate/${name}`),
    domainValidationOptions: [inputs["domainName"], ...(inputs["subjectAlternativeNames"] as unknown[])].map(
      (host) => ({
        domainName: host,
        resourceRecordName: `_proof.${String(host).replace(/^\*\./, "")}`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_proof.acm-validations.aws",
      }),
    ),
  }),
  "aws:route53/record:Record": (_name, inputs) => ({ fqdn: inputs["name"] }),
  "aws:sqs/queue:Queue": (_name, inputs) => ({
    arn: arnOf("sqs", String(inputs["name"])),
    url: `https://sqs.${region}.amazonaws.com/${account}/${inputs["name"]}`,
  }),
};

/** Outputs of a resource in AWS; nothing for another provider's. */
export const awsState = (type: string, name: string, inputs: Inputs): Inputs =>
  type.startsWith("aws:")
    ? { arn: arnOf(type.split("/")[0]?.slice("aws:".length) ?? "", name), ...states[type]?.(name, inputs) }
    : {};
