// The doctor's questions to AWS, before anything is made there: who am I, where, and is there room. Reads only.
import type { EksConfig } from "../../../config/schema.ts";
import type { Captured } from "../../terminal/process.ts";
import type { Check, Verdict } from "../checks.ts";
import { quotaChecks } from "./quotas.ts";

export interface AwsAccess {
  /** Runs the aws CLI; it finds the credentials that the engine's plugin finds. Exit code 127: there is none. */
  aws(args: readonly string[]): Promise<Captured>;
  /** Whether anybody answers there, whatever they say. */
  answers(url: string): Promise<boolean>;
}

export interface AwsQuestions {
  readonly cluster: EksConfig;
  readonly clusterName: string;
  /** Ids of the Route 53 zones that the stack writes to. */
  readonly zoneIds: readonly string[];
}

type Reply<T> = { readonly value: T } | { readonly error: string };

export const ask = async <T>({ aws }: AwsAccess, args: readonly string[]): Promise<Reply<T>> => {
  const { code, stdout, stderr } = await aws([...args, "--output", "json"]);
  if (code !== 0) return { error: stderr.trim() };
  try {
    return { value: JSON.parse(stdout) as T };
  } catch {
    return { error: `aws ${args.slice(0, 2).join(" ")} printed no JSON` };
  }
};

export const check = (name: string, verdict: Verdict, says: string, remedy?: string): Check => ({
  name,
  verdict,
  says,
  ...(remedy !== undefined && { remedy }),
});

/** AWS's reason alone: "An error occurred (AccessDenied) when calling the X operation: reason". */
export const reasonOf = (error: string): string =>
  error.replace(/^[\s\S]*?An error occurred \(([\w.]+)\)[^:]*: /, "$1: ").split("\n")[0] ?? error;

const login = "Log in: aws sso login, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

const identityCheck = (error: string): Check => {
  if (/expired/i.test(error)) return check("aws credentials", "FAIL", "they are expired", login);
  if (/unable to locate credentials|no credentials|sso/i.test(error))
    return check("aws credentials", "FAIL", "there are none", login);
  if (/InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch/.test(error))
    return check("aws credentials", "FAIL", `AWS does not know them: ${reasonOf(error)}`, login);
  return check(
    "aws credentials",
    "FAIL",
    `AWS could not be asked: ${reasonOf(error)}`,
    "Check the network, and cluster.region",
  );
};

/** The role behind a session's ARN; the ARN itself for a user. */
const principalOf = (arn: string): string =>
  arn.replace(/^(arn:[^:]+):sts:(:\d+):assumed-role\/([^/]+)\/.*$/, "$1:iam:$2:role/$3");

const sameRole = (one: string, other: string): boolean =>
  one.replace(/:role\/.*\//, ":role/") === other.replace(/:role\/.*\//, ":role/");

const accountChecks = ({ cluster }: AwsQuestions, account: string, arn: string, exists: boolean): readonly Check[] => {
  if (account !== cluster.account)
    return [
      check(
        "aws account",
        "FAIL",
        `the credentials are of ${account}, and cluster.account is ${cluster.account}`,
        "Use credentials of that account, or correct cluster.account",
      ),
    ];
  const principal = principalOf(arn);
  const listed = [...cluster.admins, ...cluster.viewers].some((one) => sameRole(one, principal));
  return [
    check("aws account", "PASS", `${account}, as ${principal}`),
    ...(listed && !exists
      ? [
          check(
            "aws access",
            "FAIL",
            `${principal} makes the cluster and is its administrator by that; a second entry for it is refused`,
            "Remove it from cluster.admins and cluster.viewers",
          ),
        ]
      : []),
  ];
};

interface Zones {
  readonly AvailabilityZones: readonly {
    readonly ZoneName: string;
    readonly State: string;
    readonly ZoneType?: string;
  }[];
}

const regionChecks = async ({ cluster }: AwsQuestions, access: AwsAccess): Promise<readonly Check[]> => {
  const { region, vpc } = cluster;
  const zones = await ask<Zones>(access, ["ec2", "describe-availability-zones", "--region", region]);
  if ("error" in zones) {
    if (/UnauthorizedOperation|AccessDenied/.test(zones.error))
      return [
        check(
          "aws region",
          "WARN",
          `${region} could not be checked: ${reasonOf(zones.error)}`,
          "Allow ec2:DescribeAvailabilityZones",
        ),
      ];
    if (/OptInRequired|AuthFailure/.test(zones.error))
      return [
        check(
          "aws region",
          "FAIL",
          `${region} is not enabled for this account`,
          "Enable it: AWS console, Account, AWS Regions",
        ),
      ];
    return [
      check("aws region", "FAIL", `${region} does not answer: ${reasonOf(zones.error)}`, "Correct cluster.region"),
    ];
  }
  const there = zones.value.AvailabilityZones.filter(
    ({ State, ZoneType }) => State === "available" && (ZoneType ?? "availability-zone") === "availability-zone",
  ).map(({ ZoneName }) => ZoneName);
  const missing = vpc.zones.map((letter) => `${region}${letter}`).filter((zone) => !there.includes(zone));
  return missing.length === 0
    ? [check("aws region", "PASS", `${region}, zones ${vpc.zones.join(", ")}`)]
    : [
        check(
          "aws region",
          "FAIL",
          `there is no zone ${missing.join(", ")} for this account`,
          `Set cluster.vpc.zones to some of: ${there.map((zone) => zone.slice(region.length)).join(", ")}`,
        ),
      ];
};

const hostedZoneCheck = async (access: AwsAccess, id: string, region: string): Promise<Check> => {
  const zone = await ask<{ readonly HostedZone: { readonly Name: string } }>(access, [
    "route53",
    "get-hosted-zone",
    "--id",
    id,
    // Route 53 has none, and the CLI wants one all the same where the machine names none.
    "--region",
    region,
  ]);
  if ("value" in zone) return check(`zone ${id}`, "PASS", zone.value.HostedZone.Name);
  if (/NoSuchHostedZone/.test(zone.error))
    return check(
      `zone ${id}`,
      "FAIL",
      "there is no such Route 53 zone in this account",
      "Make the zone, or correct its id in the stack file",
    );
  return check(`zone ${id}`, "WARN", `could not be checked: ${reasonOf(zone.error)}`, "Allow route53:GetHostedZone");
};

interface Described {
  readonly cluster: { readonly status: string; readonly version: string; readonly endpoint?: string };
}

const clusterChecks = async (
  found: Reply<Described>,
  { cluster, clusterName }: AwsQuestions,
  access: AwsAccess,
): Promise<readonly Check[]> => {
  const name = `cluster ${clusterName}`;
  if ("error" in found)
    return /ResourceNotFound/.test(found.error)
      ? [check(name, "INFO", "not there yet: the next up creates it")]
      : [check(name, "WARN", `could not be checked: ${reasonOf(found.error)}`, "Allow eks:DescribeCluster")];
  const { status, version, endpoint } = found.value.cluster;
  const state = check(
    name,
    status === "ACTIVE" ? "PASS" : "WARN",
    `${status}, Kubernetes ${version}`,
    status === "ACTIVE" ? undefined : "Wait until it is ACTIVE",
  );
  if (endpoint === undefined) return [state];
  if (await access.answers(`${endpoint}/readyz`)) return [state, check("API server", "PASS", "it answers from here")];
  return [
    state,
    check(
      "API server",
      "FAIL",
      "it does not answer from here",
      cluster.apiServer.access === "private"
        ? "cluster.apiServer.access is private: run strata within the VPC or what is connected to it"
        : "Add the public address of this machine to cluster.apiServer.from: aws eks update-cluster-config, or up from an address that is in it",
    ),
  ];
};

/** Every check that needs the account, in the order in which they matter. */
export const awsChecks = async (questions: AwsQuestions, access: AwsAccess): Promise<readonly Check[]> => {
  const { cluster, clusterName, zoneIds } = questions;
  const cli = await access.aws(["--version"]);
  if (cli.code === 127)
    return [
      check(
        "aws CLI",
        "FAIL",
        "not on PATH: kubectl and the engine get their token for the cluster by it, and AWS could not be asked",
        "Install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
      ),
    ];
  const first = check("aws CLI", "PASS", (cli.stdout || cli.stderr).trim().split(" ")[0] ?? "");
  const identity = await ask<{ readonly Account: string; readonly Arn: string }>(access, [
    "sts",
    "get-caller-identity",
    "--region",
    cluster.region,
  ]);
  if ("error" in identity) return [first, identityCheck(identity.error)];
  const found = await ask<Described>(access, [
    "eks",
    "describe-cluster",
    "--name",
    clusterName,
    "--region",
    cluster.region,
  ]);
  const account = accountChecks(questions, identity.value.Account, identity.value.Arn, "value" in found);
  // Of another account nothing else is worth knowing.
  if (identity.value.Account !== cluster.account) return [first, ...account];
  const rest = await Promise.all([
    regionChecks(questions, access),
    "value" in found ? [] : quotaChecks(cluster, access),
    Promise.all(zoneIds.map((id) => hostedZoneCheck(access, id, cluster.region))),
    clusterChecks(found, questions, access),
  ]);
  return [first, ...account, ...rest.flat()];
};
