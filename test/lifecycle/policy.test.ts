// The policies' own expressions, judged by a real API server: what the plan makes passes, and each bad example is refused by its rule.
// Kyverno's part is played by the API server's ValidatingAdmissionPolicy, which has the same fields and the same language.

import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { governed, ruleSpec, rules } from "../../layers/platform/policy/rules.ts";
import { locate } from "../../tools/toolchain/locate.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";
import { objectsOf, workloadsOf } from "../support/kubernetes.ts";
import { planOf } from "../support/stack-plan.ts";

type Body = Record<string, unknown>;
interface Pod extends Body {
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: {
    containers: { image: string; resources: Body; securityContext: Body; volumeMounts?: { name: string }[] }[];
    securityContext: Body;
  } & Body;
}

let cluster: TestCluster | undefined;
let pods: Pod[];
let services: Body[];

/** Claims and accounts are made by others; no policy looks at them. */
const withVolumes = (spec: Pod["spec"]): Pod["spec"] => {
  const volumes = (spec["volumes"] ?? []) as { name: string }[];
  const mounts = spec.containers.flatMap(({ volumeMounts }) => volumeMounts ?? []);
  const missing = [...new Set(mounts.map(({ name }) => name))].filter(
    (name) => !volumes.some((volume) => volume.name === name),
  );
  return {
    ...spec,
    serviceAccountName: "default",
    volumes: [...volumes, ...missing.map((name) => ({ name, emptyDir: {} }))],
  };
};

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

const changed = (change: (pod: Pod) => void, of = "podinfo"): Pod => {
  const found = pods.find(({ metadata }) => metadata.name === of);
  if (!found) throw new Error(`no pod is made from ${of}`);
  const pod = structuredClone(found);
  change(pod);
  return pod;
};
const first = (pod: Pod) => {
  const [container] = pod.spec.containers;
  if (!container) throw new Error("a pod without a container");
  return container;
};

beforeAll(async () => {
  const plan = await planOf("dev-fast");
  pods = workloadsOf(plan).map(({ metadata, podLabels, pod }) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: metadata.name ?? "", namespace: metadata.namespace ?? "", labels: podLabels },
    spec: withVolumes(pod as unknown as Pod["spec"]),
  }));
  services = objectsOf(plan)
    .filter(({ kind }) => kind === "Service")
    .map(({ metadata, spec }) => ({ apiVersion: "v1", kind: "Service", metadata, spec }));
  cluster = await startCluster();
  await really(
    ...governed.concat("elsewhere").map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...rules.flatMap((rule) => [
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
    ]),
  );
  // The API server takes a policy up some moments after it was made.
  const probe = { apiVersion: "v1", kind: "Service", metadata: { name: "x", namespace: "apps" } };
  const offender = { ...probe, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } };
  for (let tries = 0; !(await apply(offender)).includes("strata-ports"); tries++) {
    if (tries > 60) throw new Error("the policies are not enforced");
    await sleep(500);
  }
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

test.each<[string, string, () => Pod]>([
  ["the tag latest", "strata-images", () => changed((pod) => (first(pod).image = "ghcr.io/acme/a:latest"))],
  ["no tag", "strata-images", () => changed((pod) => (first(pod).image = "localhost:5000/a"))],
  ["no requests", "strata-resources", () => changed((pod) => delete first(pod).resources["requests"])],
  ["no limit", "strata-resources", () => changed((pod) => delete first(pod).resources["limits"])],
  [
    "privileges",
    "strata-hardening",
    () =>
      changed((pod) => Object.assign(first(pod).securityContext, { privileged: true, allowPrivilegeEscalation: true })),
  ],
  [
    "a way to privileges",
    "strata-hardening",
    () => changed((pod) => delete first(pod).securityContext["allowPrivilegeEscalation"]),
  ],
  [
    "a writable root",
    "strata-hardening",
    () => changed((pod) => delete first(pod).securityContext["readOnlyRootFilesystem"]),
  ],
  ["capabilities", "strata-hardening", () => changed((pod) => delete first(pod).securityContext["capabilities"])],
  ["no seccomp profile", "strata-hardening", () => changed((pod) => delete pod.spec.securityContext["seccompProfile"])],
  ["root", "strata-node", () => changed((pod) => (pod.spec.securityContext["runAsUser"] = 0))],
  ["whatever user", "strata-node", () => changed((pod) => delete pod.spec.securityContext["runAsNonRoot"])],
  ["the host's network", "strata-node", () => changed((pod) => (pod.spec["hostNetwork"] = true))],
  [
    "the host's files",
    "strata-node",
    () =>
      changed(
        (pod) =>
          (pod.spec["volumes"] = [
            { name: "writable-0", hostPath: { path: "/" } },
            { name: "writable-1", emptyDir: {} },
          ]),
      ),
  ],
  [
    "the host, under another name",
    "strata-node",
    () => changed((pod) => (pod.metadata.labels["app.kubernetes.io/name"] = "x"), "node-exporter"),
  ],
])("a pod with %s is refused by %s", async (_what, rule, pod) => {
  const answer = await apply(pod());
  expect(answer).toContain(`ValidatingAdmissionPolicy '${rule}'`);
  expect(answer).not.toContain("created");
});

test("a node port that is not ours is refused, and elsewhere everything goes", async () => {
  const service = (namespace: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "x", namespace },
    spec: { type: "NodePort", ports: [{ port: 80, nodePort: 31999 }] },
  });
  expect(await apply(service("apps"))).toContain("ValidatingAdmissionPolicy 'strata-ports'");
  expect(await apply(service("elsewhere"))).toContain("service/x created");
});
