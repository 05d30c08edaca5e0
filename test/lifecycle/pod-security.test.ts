// The Pod Security Admission of a real API server: every planned pod is taken by its own namespace, and what our own reading of the standard
// refuses is refused there too.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Plan } from "../../tools/plan/record.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";
import { badPods, goodPod, otherGoodPods } from "../support/bad-pods.ts";
import { objectsOf, workloadsOf } from "../support/kubernetes.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

type Body = Readonly<Record<string, unknown>>;

let cluster: TestCluster | undefined;
const plans: Plan[] = [];

const kubectl = async (args: readonly string[], objects: readonly Body[]): Promise<string> => {
  const path = await locate("kubectl");
  return new Promise((resolve) => {
    const child = execFile(
      path,
      [...args, "--filename=-"],
      { env: { ...process.env, KUBECONFIG: cluster?.kubeconfig }, maxBuffer: 64 << 20 },
      (_error, stdout, stderr) => resolve(`${stdout}${stderr}`),
    );
    // JSON: kubectl reads YAML 1.1, where a variable's text "off" is no text.
    child.stdin?.end(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  });
};

/** Volumes of claims and accounts are made by others; the standard asks neither. */
const podOf = (name: string, namespace: string, spec: object): Body => {
  const {
    volumes = [],
    containers,
    initContainers = [],
  } = spec as {
    volumes?: { name: string }[];
    containers: { volumeMounts?: { name: string }[] }[];
    initContainers?: { volumeMounts?: { name: string }[] }[];
  };
  const mounted = [...containers, ...initContainers].flatMap(({ volumeMounts = [] }) =>
    volumeMounts.map((mount) => mount.name),
  );
  const claimed = [...new Set(mounted)].filter((mount) => !volumes.some((volume) => volume.name === mount));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      ...spec,
      serviceAccountName: "default",
      volumes: [...volumes, ...claimed.map((volume) => ({ name: volume, emptyDir: {} }))],
    },
  };
};

beforeAll(async () => {
  for (const stack of stacks) plans.push(await planOf(stack));
  cluster = await startCluster();
  const made = plans.flatMap(objectsOf).filter(({ kind }) => kind === "Namespace");
  const byName = new Map(made.map(({ metadata }) => [metadata.name, metadata]));
  await kubectl(
    ["apply"],
    [...byName.values()].map((metadata) => ({ apiVersion: "v1", kind: "Namespace", metadata })),
  );
}, 900_000);

afterAll(async () => {
  await cluster?.stop();
}, 120_000);

test("every planned pod is taken by its namespace, under the labels of its plan", async () => {
  const pods = plans
    .flatMap(workloadsOf)
    .map(({ metadata, pod }, index) => podOf(`pod-${index}`, metadata.namespace ?? "", pod));
  expect(pods.length).toBeGreaterThan(60);
  const answer = await kubectl(["create", "--dry-run=server"], pods);
  expect(answer.split("\n").filter((line) => line !== "" && !line.includes(" created"))).toEqual([]);
  expect(answer.match(/^pod\/\S+ created/gm)?.length).toBe(pods.length);
  // Nor does it warn.
  expect(answer).not.toContain("PodSecurity");
});

test.each([["a hardened pod", goodPod] as const, ...Object.entries(otherGoodPods)])("it takes %s", async (_, spec) => {
  expect(await kubectl(["create", "--dry-run=server"], [podOf("good", "apps", spec)])).toContain("pod/good created");
});

test.each(Object.entries(badPods))("it refuses %s", async (_, spec) => {
  const answer = await kubectl(["create", "--dry-run=server"], [podOf("bad", "apps", spec)]);
  expect(answer).toContain('violates PodSecurity "restricted:latest"');
});
