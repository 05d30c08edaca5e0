// How long the stack eks takes from nothing, by the times of test/support/aws/durations.ts, and what docs/eks.md says of it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Registration } from "../../tools/plan/record.ts";
import { type Schedule, schedule } from "../../tools/plan/schedule.ts";
import { durations, secondsOf } from "../support/aws/durations.ts";
import { planOf } from "../support/stack-plan.ts";

const twoHours = 2 * 60 * 60;
const controlPlane = "aws:eks/cluster:Cluster";

const minutesOf = (seconds: number): string => (seconds / 60).toFixed(1);

/** Steps of the path that take longer than a request, as rows of the page. */
const rows = ({ criticalPath }: Schedule): string[] =>
  criticalPath
    .filter(({ startSeconds, endSeconds }) => endSeconds - startSeconds > 5)
    .map(
      ({ type, name, startSeconds, endSeconds }) =>
        `| ${minutesOf(startSeconds)} | ${minutesOf(endSeconds)} | ${name} (${type.split(":").at(-1)}) | ${durations[type]?.source === undefined ? "guess" : "published"} |`,
    );

test("from nothing to applications, well under document 001's two hours, and the page says the same", async () => {
  const times = schedule(await planOf("eks"), secondsOf);
  const page = readFileSync(new URL("../../docs/eks.md", import.meta.url), "utf8");
  for (const row of rows(times)) expect(page).toContain(row);
  expect(page).toContain(`${minutesOf(times.seconds)} minutes`);
  expect(times.seconds).toBeLessThan(twoHours / 2);
  // Mostly AWS's own: half of it or more is the control plane.
  expect(times.criticalPath.map(({ type }) => type)).toContain(controlPlane);
});

test("what does not need the control plane is done before it is", async () => {
  const plan = await planOf("eks");
  const times = schedule(plan, secondsOf);
  const step = (type: string) => times.steps.filter((one) => one.type === type);
  const [cluster] = step(controlPlane);
  // The key, the roles, a log group and the subnets: a few requests.
  expect(cluster?.startSeconds).toBeLessThan(60);
  const early = [
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:s3/bucket:Bucket",
    "aws:acm/certificateValidation:CertificateValidation",
    "random:index/randomPassword:RandomPassword",
  ];
  for (const type of early) {
    expect([type, step(type).length > 0]).toEqual([type, true]);
    const late = step(type).filter((one) => one.endSeconds > (cluster?.endSeconds ?? 0));
    expect([type, late.map(({ name }) => name)]).toEqual([type, []]);
  }
  const awaiting = (resource: Registration) => plan.before(resource.name, resource.type);
  const nat = plan.resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway");
  const made = plan.resources.find(({ type }) => type === controlPlane);
  expect(made && nat.filter((one) => awaiting(made).has(one)).map(({ name }) => name)).toEqual([]);
});

/** Layer of a resource: of the component that it is in. */
const layerOf = (resource: Registration, byUrn: ReadonlyMap<string, Registration>): string | undefined => {
  const parent = byUrn.get(resource.parent);
  return (parent && layerOf(parent, byUrn)) ?? /^strata:(\w+):/.exec(resource.type)?.[1];
};

test("the page's counts are the plan's", async () => {
  const { resources } = await planOf("eks");
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const page = readFileSync(new URL("../../docs/eks.md", import.meta.url), "utf8");
  expect(page).toContain(`The plan has ${resources.length} resources`);
  for (const layer of ["cluster", "network", "platform", "apps"]) {
    const own = resources.filter((resource) => resource.custom && layerOf(resource, byUrn) === layer);
    expect(page).toContain(`| ${layer} | ${own.length} |`);
  }
  const count = (type: string) => resources.filter((resource) => resource.type === type).length;
  const inputs = resources.find(({ type }) => type === "aws:eks/nodeGroup:NodeGroup")?.inputs ?? {};
  const { minSize } = inputs["scalingConfig"] as { minSize: number };
  const [instanceType] = inputs["instanceTypes"] as string[];
  const addresses = count("aws:ec2/eip:Eip") + 3;
  for (const row of [
    `| ${count(controlPlane)} | control plane`,
    `| ${minSize} | nodes ${instanceType}`,
    `| ${count("aws:ec2/natGateway:NatGateway")} | NAT gateways`,
    `| ${addresses} | public IPv4 addresses`,
    `| ${count("aws:kms/key:Key")} | KMS key`,
  ])
    expect(page).toContain(row);
});
