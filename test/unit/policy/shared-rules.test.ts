// The checks of the rules that the cluster sees too, on the examples that test/lifecycle/policy.test.ts gives to their CEL.
import { beforeAll, describe, expect, test } from "vitest";
import { type Bench, builtIn, judge, sentence } from "../../../policy/judge.ts";
import { planRules, sharedRules } from "../../../policy/rules/index.ts";
import type { PlannedObject } from "../../../policy/rules/objects.ts";
import type { RuleTraits } from "../../../policy/rules/types.ts";
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
} from "../../support/policy-examples.ts";
import { planOf } from "../../support/stack-plan.ts";

const planned = (kind: "Pod" | "Service", body: Body): PlannedObject => ({
  urn: `urn:pulumi:test::strata::kubernetes:core/v1:${kind}::x`,
  type: `kubernetes:core/v1:${kind}`,
  inputs: body,
  provider: "cluster-provider",
  hasDeadline: true,
});

const brokenBy = (object: PlannedObject, traits: RuleTraits = exampleTraits.tags, bench: Bench = builtIn): string[] => [
  ...new Set(sharedRules(traits).flatMap((rule) => judge(rule, object, [object], bench).map((found) => found.rule))),
];

let pods: Pod[];

beforeAll(async () => {
  pods = podsOf(await planOf("dev-fast"));
}, 300_000);

test("every pod and Service of dev-fast passes", async () => {
  expect(pods.length).toBeGreaterThan(10);
  expect(pods.flatMap((pod) => brokenBy(planned("Pod", pod)))).toEqual([]);
  const services = servicesOf(await planOf("dev-fast"));
  expect(services.length).toBeGreaterThan(8);
  expect(services.flatMap((service) => brokenBy(planned("Service", service)))).toEqual([]);
});

describe("a pod", () => {
  test.each(podExamples.map((example) => [example.what, example.rule, example] as const))(
    "with %s breaks %s",
    (_what, rule, example) => {
      expect(brokenBy(planned("Pod", podOfExample(pods, example)))).toEqual(rule === "none" ? [] : [rule]);
    },
  );

  test.each(imageExamples("digests").map((example) => [example.what, example.rule, example] as const))(
    "with %s breaks %s where images need a digest",
    (_what, rule, example) => {
      const object = planned("Pod", podOfExample(pods, example));
      expect(brokenBy(object, exampleTraits.digests)).toEqual(rule === "none" ? [] : [rule]);
    },
  );
});

test.each(serviceExamples.map((example) => [example.what, example.rule, example] as const))(
  "a Service with %s breaks %s",
  (_what, rule, example) => {
    expect(brokenBy(planned("Service", serviceOfExample(example)))).toEqual(rule === "none" ? [] : [rule]);
  },
);

test("each shared rule is broken by some example", () => {
  const examples = new Set([...podExamples, ...serviceExamples].map(({ rule }) => rule));
  expect([...examples].filter((rule) => rule !== "none").sort()).toEqual(
    sharedRules(exampleTraits.tags)
      .map(({ name }) => name)
      .sort(),
  );
});

test("a violation says where, what, and the next step, in one line", () => {
  const rule = planRules(exampleTraits.tags).find(({ name }) => name === "strata-images");
  const [example] = podExamples;
  if (rule === undefined || example === undefined) throw new Error("no example");
  expect(judge(rule, planned("Pod", podOfExample(pods, example)), []).map(sentence)).toEqual([
    "apps/podinfo, container podinfo: An image needs a fixed tag or a digest: latest names another image every day. Give the version, for example :1.4.2. [strata-images]",
  ]);
});

test("of a value that is not known yet nothing is said, and of those beside it the truth", () => {
  const notKnown = new Error("not known");
  const pod = structuredClone(pods.find(({ metadata }) => metadata.name === "podinfo"));
  const [container] = pod?.spec.containers ?? [];
  if (pod === undefined || container === undefined) throw new Error("no pod");
  container.resources = {};
  Object.defineProperty(container, "image", {
    get: () => {
      throw notKnown;
    },
  });
  const bench = { ...builtIn, isUnknown: (error: unknown) => error === notKnown };
  expect(brokenBy(planned("Pod", pod), exampleTraits.tags, bench)).toEqual(["strata-resources"]);
  expect(() => brokenBy(planned("Pod", pod))).toThrow("not known");
});
