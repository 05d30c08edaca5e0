// The policies' own expressions, judged by a real API server: what the plan makes passes, and each bad example is refused by its rule.
// Kyverno's part is played by the API server's ValidatingAdmissionPolicy, which has the same fields and the same language.

import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { governed, ruleSpec } from "../../layers/platform/policy/rules.ts";
import { sharedRules } from "../../policy/rules/index.ts";
import type { SharedRule } from "../../policy/rules/types.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";
import {
  type Body,
  exampleTraits,
  imageExamples,
  type Pod,
  podExamples,
  podOfExample,
  podsOf,
  serviceExamples,
  serviceOfExample,
  servicesOf,
} from "../support/policy-examples.ts";
import { planOf } from "../support/stack-plan.ts";

let cluster: TestCluster | undefined;
let pods: Pod[];
let services: Body[];

/** What kubectl says; the API server's own text where it refuses. */
const apply = async (...objects: Body[]): Promise<string> => {
  const kubectl = await locate("kubectl");
  return new Promise((resolve) => {
    const child = execFile(
      kubectl,
      ["create", "--dry-run=server", "--filename=-"],
      { env: { ...process.env, KUBECONFIG: cluster?.kubeconfig }, maxBuffer: 64 << 20 },
      (_error, stdout, stderr) => resolve(`${stdout}${stderr}`),
    );
    child.stdin?.end(objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join("---\n"));
  });
};

const really = async (...objects: Body[]): Promise<void> => {
  const kubectl = await locate("kubectl");
  await new Promise<void>((resolve, reject) => {
    const child = execFile(
      kubectl,
      ["apply", "--filename=-"],
      { env: { ...process.env, KUBECONFIG: cluster?.kubeconfig } },
      (error) => (error ? reject(error) : resolve()),
    );
    child.stdin?.end(objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join("---\n"));
  });
};

const asPolicies = (rule: SharedRule): readonly Body[] => [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: rule.name },
    spec: { ...ruleSpec(rule), failurePolicy: "Fail" },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: rule.name },
    spec: { policyName: rule.name, validationActions: ["Deny"] },
  },
];

/** The API server takes a policy up some moments after it was made. */
const refused = async (body: Body, rule: string): Promise<void> => {
  for (let tries = 0; !(await apply(body)).includes(rule); tries++) {
    if (tries > 60) throw new Error(`${rule} is not enforced`);
    await sleep(500);
  }
};

beforeAll(async () => {
  const plan = await planOf("dev-fast");
  pods = podsOf(plan);
  services = servicesOf(plan);
  cluster = await startCluster();
  await really(
    ...governed.concat("elsewhere").map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...sharedRules(exampleTraits.tags).flatMap(asPolicies),
  );
  await refused(
    serviceOfExample({ what: "", rule: "strata-ports", spec: { type: "LoadBalancer", ports: [{ port: 80 }] } }),
    "strata-ports",
  );
}, 300_000);

afterAll(async () => {
  await cluster?.stop();
}, 120_000);

test("every pod and Service of dev-fast passes", { timeout: 120_000 }, async () => {
  expect(pods.length).toBeGreaterThan(10);
  const answer = await apply(...pods, ...services);
  expect(answer.match(/^(pod|service)\/\S+ created/gm)?.length).toBe(pods.length + services.length);
  expect(answer).not.toContain("denied");
});

const judged = async (body: Body, rule: string): Promise<void> => {
  const answer = await apply(body);
  if (rule === "none") expect(answer).toMatch(/^(pod|service)\/\S+ created/);
  else {
    // kubectl's words name the one policy that refused it.
    expect(answer).toContain(`ValidatingAdmissionPolicy '${rule}'`);
    expect(answer).not.toContain("created");
  }
};

test.each(podExamples.map((example) => [example.what, example.rule, example] as const))(
  "a pod with %s breaks %s",
  (_what, rule, example) => judged(podOfExample(pods, example), rule),
);

test.each(serviceExamples.map((example) => [example.what, example.rule, example] as const))(
  "a Service with %s breaks %s",
  (_what, rule, example) => judged(serviceOfExample(example), rule),
);

test("elsewhere everything goes", async () => {
  for (const example of serviceExamples) await judged(serviceOfExample(example, "elsewhere"), "none");
});

// The last one: it makes the rule stricter.
test("where images need a digest, the same is refused as by the check", { timeout: 120_000 }, async () => {
  const rule = sharedRules(exampleTraits.digests).find(({ name }) => name === "strata-images");
  const examples = imageExamples("digests");
  const byTag = examples.find(({ what }) => what === "a tag");
  if (rule === undefined || byTag === undefined) throw new Error("no rule of images");
  await really(...asPolicies(rule));
  await refused(podOfExample(pods, byTag), "strata-images");
  for (const example of examples) await judged(podOfExample(pods, example), example.rule);
});
