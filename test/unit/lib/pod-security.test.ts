import { expect, test } from "vitest";
import { podSecurityLevel, privilegedNamespaces } from "../../../lib/pod-security.ts";
import { badPods, goodPod, otherGoodPods } from "../../support/bad-pods.ts";
import { restrictedFaults } from "../../support/pod-security.ts";

test("every namespace is restricted but those with a reason", () => {
  expect(podSecurityLevel("apps")).toBe("restricted");
  expect(podSecurityLevel("node-agents")).toBe("privileged");
  for (const reason of Object.values(privilegedNamespaces)) expect(reason.length).toBeGreaterThan(30);
});

test.each([["a hardened pod", goodPod] as const, ...Object.entries(otherGoodPods)])(
  "the standard takes %s",
  (_, pod) => {
    expect(restrictedFaults(pod)).toEqual([]);
  },
);

test.each(Object.entries(badPods))("the standard refuses %s", (_, pod) => {
  expect(restrictedFaults(pod)).not.toEqual([]);
});
