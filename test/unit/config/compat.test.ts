import { expect, test } from "vitest";
import { unfit } from "../../../config/compat.ts";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { kubernetesVersions } from "../../../versions.ts";

const parse = (cluster: Record<string, unknown>, cni: Record<string, unknown>) =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: { cluster: JSON.stringify(cluster), network: JSON.stringify({ cni }) },
  });

const issues = (cluster: Record<string, unknown>, cni: Record<string, unknown>): readonly string[] => {
  try {
    parse(cluster, cni);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const tested = { "1.19": ["1.34", "1.35"] };

test("a pair that its publisher does not test is refused, with what would do", () => {
  expect(unfit("Cilium", "1.19.1", tested, "1.36")).toBe(
    "Cilium 1.19.1 is not tested with Kubernetes 1.36. Set cluster.kubernetes to one of: 1.34, 1.35",
  );
  expect(unfit("Cilium", "v2.0.0", tested, "1.34")).toContain("nothing is known of Cilium v2.0.0 and Kubernetes");
  expect(unfit("Cilium", "1.19.1", tested, "1.35")).toBeUndefined();
});

test("each Kubernetes version that strata offers either goes with Cilium or says why not", () => {
  const found = kubernetesVersions.map((kubernetes) => [
    kubernetes,
    issues({ kind: "kind", kubernetes }, { kind: "cilium" }).length,
  ]);
  expect(Object.fromEntries(found)).toMatchObject({ "1.34": 0, "1.35": 0 });
  expect(issues({ kind: "kwok" }, { kind: "cilium" })).toEqual([]);
});

test("a running cluster has a pod network already", () => {
  const existing = { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" };
  expect(issues(existing, { kind: "cilium" })).toEqual([
    "strata:network.cni.kind: cilium can't be installed into a cluster that runs already: it has a pod network. Remove network.cni, or let strata make the cluster",
  ]);
  expect(issues(existing, { kind: "default" })).toEqual([]);
});

test("kind is told to bring none, and the stack file can't say so itself", () => {
  expect(parse({ kind: "kind" }, { kind: "cilium" }).cluster).toMatchObject({ kind: "kind", podNetwork: "none" });
  expect(parse({ kind: "kind" }, { kind: "default" }).cluster).not.toHaveProperty("podNetwork");
  expect(parse({ kind: "kwok" }, { kind: "cilium" }).cluster).not.toHaveProperty("podNetwork");
  expect(issues({ kind: "kind", podNetwork: "none" }, { kind: "default" })[0]).toContain(
    "strata:cluster.podNetwork: unknown key",
  );
});

test("an unknown network is refused with those that work", () => {
  expect(issues({ kind: "kind" }, { kind: "celium" })).toEqual([
    'strata:network.cni.kind: "celium" is not allowed. Did you mean "cilium"? Allowed: default, cilium, calico',
  ]);
});
