// The doctor's questions to AWS, with recorded answers in the place of the account.
import { describe, expect, test } from "vitest";
import { awsChecks } from "../../../../tools/doctor/aws/index.ts";
import { coresOf, coresWanted } from "../../../../tools/doctor/aws/quotas.ts";
import { zoneIdsOf } from "../../../../tools/doctor/aws/zones.ts";
import type { Check } from "../../../../tools/doctor/checks.ts";
import { eksConfigOf } from "../../../support/aws/eks-plan.ts";

interface Answer {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

const json = (value: unknown): Answer => ({ stdout: JSON.stringify(value) });
const failed = (code: string, operation: string, reason: string): Answer => ({
  code: 254,
  stderr: `\nAn error occurred (${code}) when calling the ${operation} operation: ${reason}\n`,
});
const quota = (value: number): Answer => json({ Quota: { Value: value } });
const described = (status = "ACTIVE") =>
  json({ cluster: { status, version: "1.35", endpoint: "https://x.eks.amazonaws.com" } });

/** An account in which everything is in order, and no cluster yet. Keys are the beginnings of command lines. */
const good: Readonly<Record<string, Answer>> = {
  "--version": { stdout: "aws-cli/2.31.0 Python/3.13 Linux/6.1\n" },
  "sts get-caller-identity": json({
    Account: "111122223333",
    Arn: "arn:aws:sts::111122223333:assumed-role/Deployer/me",
  }),
  "ec2 describe-availability-zones": json({
    AvailabilityZones: ["a", "b", "c"].map((letter) => ({ ZoneName: `eu-central-1${letter}`, State: "available" })),
  }),
  "eks describe-cluster": failed("ResourceNotFoundException", "DescribeCluster", "No cluster found for name: x."),
  "service-quotas get-service-quota --service-code vpc": quota(5),
  "service-quotas get-service-quota --service-code ec2 --quota-code L-0263D0A3": quota(5),
  "service-quotas get-service-quota --service-code ec2 --quota-code L-1216C47A": quota(64),
  "ec2 describe-vpcs": json(1),
  "ec2 describe-addresses": json(0),
  "route53 get-hosted-zone": json({ HostedZone: { Name: "example.com." } }),
};

const run = async (
  changes: Readonly<Record<string, Answer>> = {},
  { section = {}, answers = true }: { readonly section?: object; readonly answers?: boolean } = {},
): Promise<readonly Check[]> => {
  const account = { ...good, ...changes };
  const { cluster } = eksConfigOf(section);
  return awsChecks(
    { cluster, clusterName: "strata-eks", zoneIds: ["Z123"] },
    {
      aws: async (args) => {
        const line = args.join(" ");
        // As the CLI does where the machine names no region.
        if (!["--version", "--region"].some((flag) => args.includes(flag)))
          return { code: 253, stdout: "", stderr: "You must specify a region." };
        const known = Object.keys(account).find((start) => line.startsWith(start));
        if (known === undefined) throw new Error(`nobody answers: aws ${line}`);
        return { code: 0, stdout: "", stderr: "", ...account[known] };
      },
      answers: async () => answers,
    },
  );
};

const summary = (checks: readonly Check[]) => checks.map(({ name, verdict }) => `${verdict} ${name}`);
const problem = (checks: readonly Check[]) => checks.filter(({ verdict }) => verdict === "FAIL" || verdict === "WARN");

test("an account in which all is well", async () => {
  expect(summary(await run())).toEqual([
    "PASS aws CLI",
    "PASS aws account",
    "PASS aws region",
    "PASS quota of VPCs",
    "PASS quota of public addresses",
    "PASS quota of on-demand cores",
    "PASS zone Z123",
    "INFO cluster strata-eks",
  ]);
});

const login = "Log in: aws sso login, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

describe("what is wrong is one line, with what to do", () => {
  test.each<[string, Readonly<Record<string, Answer>>, Partial<Check>]>([
    ["no CLI", { "--version": { code: 127, stderr: "spawn aws ENOENT" } }, { name: "aws CLI", verdict: "FAIL" }],
    [
      "no credentials",
      {
        "sts get-caller-identity": {
          code: 253,
          stderr: 'Unable to locate credentials. You can configure credentials by running "aws login".',
        },
      },
      { name: "aws credentials", verdict: "FAIL", says: "there are none", remedy: login },
    ],
    [
      "expired credentials",
      {
        "sts get-caller-identity": failed(
          "ExpiredToken",
          "GetCallerIdentity",
          "The security token included in the request is expired",
        ),
      },
      { name: "aws credentials", verdict: "FAIL", says: "they are expired", remedy: login },
    ],
    [
      "credentials that AWS does not know",
      {
        "sts get-caller-identity": failed(
          "InvalidClientTokenId",
          "GetCallerIdentity",
          "The security token included in the request is invalid.",
        ),
      },
      {
        name: "aws credentials",
        verdict: "FAIL",
        says: "AWS does not know them: InvalidClientTokenId: The security token included in the request is invalid.",
      },
    ],
    [
      "another account",
      { "sts get-caller-identity": json({ Account: "999999999999", Arn: "arn:aws:iam::999999999999:user/me" }) },
      {
        name: "aws account",
        verdict: "FAIL",
        says: "the credentials are of 999999999999, and cluster.account is 111122223333",
        remedy: "Use credentials of that account, or correct cluster.account",
      },
    ],
    [
      "a region that is not enabled",
      {
        "ec2 describe-availability-zones": failed(
          "AuthFailure",
          "DescribeAvailabilityZones",
          "AWS was not able to validate the provided access credentials",
        ),
      },
      { name: "aws region", verdict: "FAIL", says: "eu-central-1 is not enabled for this account" },
    ],
    [
      "a region that there is not",
      {
        "ec2 describe-availability-zones": {
          code: 255,
          stderr: 'Could not connect to the endpoint URL: "https://ec2.eu-central-1.amazonaws.com/"',
        },
      },
      { name: "aws region", verdict: "FAIL", remedy: "Correct cluster.region" },
    ],
    [
      "a zone that there is not",
      {
        "ec2 describe-availability-zones": json({
          AvailabilityZones: [
            { ZoneName: "eu-central-1a", State: "available" },
            { ZoneName: "eu-central-1b", State: "available" },
          ],
        }),
      },
      {
        name: "aws region",
        verdict: "FAIL",
        says: "there is no zone eu-central-1c for this account",
        remedy: "Set cluster.vpc.zones to some of: a, b",
      },
    ],
    [
      "no VPC left",
      { "ec2 describe-vpcs": json(5) },
      { name: "quota of VPCs", verdict: "FAIL", says: "1 needed, 0 of 5 free" },
    ],
    [
      "too few public addresses",
      { "ec2 describe-addresses": json(3) },
      {
        name: "quota of public addresses",
        verdict: "FAIL",
        says: "3 needed, 2 of 5 free",
        remedy:
          "Ask for more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --region eu-central-1 --desired-value 6",
      },
    ],
    [
      "too few cores",
      { "service-quotas get-service-quota --service-code ec2 --quota-code L-1216C47A": quota(5) },
      { name: "quota of on-demand cores", verdict: "FAIL", says: "6 needed, 5 altogether" },
    ],
    [
      "quotas that may not be read",
      { "ec2 describe-vpcs": failed("UnauthorizedOperation", "DescribeVpcs", "You are not authorized") },
      {
        name: "quota of VPCs",
        verdict: "WARN",
        says: "could not be checked: UnauthorizedOperation: You are not authorized",
      },
    ],
    [
      "a zone of Route 53 that there is not",
      { "route53 get-hosted-zone": failed("NoSuchHostedZone", "GetHostedZone", "No hosted zone found with ID: Z123") },
      { name: "zone Z123", verdict: "FAIL", says: "there is no such Route 53 zone in this account" },
    ],
  ])("%s", async (_, changes, expected) => {
    const found = problem(await run(changes));
    expect(found.length).toBe(1);
    expect(found[0]).toMatchObject(expected);
    expect(found[0]?.remedy).toMatch(/\w/);
  });

  test("an API server that is closed to the caller", async () => {
    const checks = await run({ "eks describe-cluster": described() }, { answers: false });
    expect(problem(checks)).toMatchObject([
      {
        name: "API server",
        verdict: "FAIL",
        remedy: expect.stringContaining("Add the public address of this machine to cluster.apiServer.from"),
      },
    ]);
    expect(summary(await run({ "eks describe-cluster": described() }))).toContain("PASS API server");
  });

  test("a cluster that is there already asks for no more quota", async () => {
    expect(
      summary(await run({ "eks describe-cluster": described() })).filter((line) => line.includes("quota")),
    ).toEqual([]);
  });

  test("who makes the cluster is listed as an administrator once more", async () => {
    const admins = { section: { admins: ["arn:aws:iam::111122223333:role/teams/Deployer"] } };
    expect(problem(await run({}, admins))).toMatchObject([
      { name: "aws access", verdict: "FAIL", remedy: "Remove it from cluster.admins and cluster.viewers" },
    ]);
    // Afterwards it has its entry, and nobody tells whose that was.
    expect(problem(await run({ "eks describe-cluster": described() }, admins))).toEqual([]);
  });
});

test.each([
  ["m7i.large", 2],
  ["m7i.xlarge", 4],
  ["m7i.4xlarge", 16],
  ["t4g.medium", 1],
])("%s has %i cores or more", (type, cores) => {
  expect(coresOf(type)).toBe(cores);
});

test("cores of the nodes that the first up asks for", () => {
  expect(coresWanted(eksConfigOf().cluster)).toBe(6);
  expect(coresWanted(eksConfigOf({ nodes: { kind: "auto" } }).cluster)).toBe(0);
});

test("each Route 53 zone of the stack is asked for once", () => {
  const zoneId = "Z0123456789ABCDEFGHIJ";
  const network = {
    ingress: {
      kind: "traefik",
      api: "gateway",
      routes: { web: { namespace: "default", host: "app.example.com", path: "/", service: "web", port: 80 } },
    },
    dns: { kind: "external-dns", provider: { kind: "aws", zoneId }, zones: ["example.com"] },
    certificates: { kind: "acm", zoneId },
  };
  expect(zoneIdsOf(eksConfigOf({}, network))).toEqual([zoneId]);
  expect(zoneIdsOf(eksConfigOf())).toEqual([]);
});
