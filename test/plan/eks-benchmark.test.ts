// The stack eks against the benchmark, and the page's table against both.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan, Registration } from "../../tools/plan/record.ts";
import { elsewhere, items } from "../support/aws/benchmark.ts";
import { planOf } from "../support/stack-plan.ts";

/** What the stack does not keep, with the reason that the page gives. */
const deviations: Readonly<Record<string, readonly string[]>> = {
  // Public for named blocks, because the stack is run from outside its VPC.
  "5.4.2": ["cluster-control-plane"],
};

const role = (resources: string[], verbs: string[]) => ({
  metadata: { name: "bad" },
  rules: [{ apiGroups: [""], resources, verbs }],
});
const pod = (spec: object): readonly [string, object] => [
  "apps/v1:Deployment",
  { spec: { template: { metadata: { labels: {} }, spec: { containers: [], ...spec } } } },
];

describe("eks", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await planOf("eks");
  });

  test.each(items.map((item) => [item.number, item.title, item] as const))("%s %s", (number, _, item) => {
    expect(item.check(plan)).toEqual(deviations[number] ?? []);
  });

  /** For items that look for what should not be there. */
  const bad: Readonly<Record<string, (readonly [type: string, inputs: object])[]>> = {
    "4.1.1": [["rbac.authorization.k8s.io/v1:ClusterRoleBinding", { roleRef: { name: "cluster-admin" } }]],
    "4.1.2": [
      ["rbac.authorization.k8s.io/v1:ClusterRole", role(["secrets"], ["list"])],
      ["rbac.authorization.k8s.io/v1:ClusterRoleBinding", { roleRef: { name: "bad" } }],
    ],
    "4.1.3": [["rbac.authorization.k8s.io/v1:Role", role(["pods"], ["*"])]],
    "4.1.4": [["rbac.authorization.k8s.io/v1:Role", role(["pods"], ["create"])]],
    "4.1.8": [["rbac.authorization.k8s.io/v1:ClusterRole", role(["roles"], ["escalate"])]],
    "4.2.2": [pod({ hostPID: true })],
    "4.2.3": [pod({ hostIPC: true })],
    "4.2.4": [pod({ hostNetwork: true })],
    "4.3.1": [["aws:eks/addon:Addon", { addonName: "vpc-cni" }]],
    "4.3.2": [["core/v1:Namespace", { metadata: { name: "bad" } }]],
    "4.5.2": [["core/v1:ConfigMap", { metadata: { name: "bad", namespace: "default" } }]],
    "5.1.3": [
      [
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        { role: "strata-eks-eu-central-1-nodes", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      ],
    ],
    "5.2.1": [
      [
        "aws:iam/role:Role",
        {
          assumeRolePolicy: JSON.stringify({
            Statement: [
              { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          }),
        },
      ],
    ],
    "5.4.1": [
      [
        "aws:eks/cluster:Cluster",
        { vpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ["0.0.0.0/0"] } },
      ],
    ],
    "5.4.5": [["core/v1:Service", { metadata: { name: "bad" }, spec: { type: "LoadBalancer" } }]],
    "BP zones": [],
  };

  test.each(items.map((item) => [item.number, item] as const))("%s finds what breaks it", (number, { check }) => {
    const added = bad[number]?.map(([type, inputs]) => ({
      ...(plan.resources[0] as Registration),
      name: "bad",
      custom: true,
      type: type.startsWith("aws:") ? type : `kubernetes:${type}`,
      inputs: { metadata: { name: "bad", namespace: "bad" }, ...inputs },
    }));
    const bare = plan.resources.map((resource) => ({ ...resource, inputs: {} }));
    const resources = number === "4.4.2" || number === "BP zones" ? [] : added ? [...plan.resources, ...added] : bare;
    const found = (): number => {
      try {
        return check({ ...plan, resources, outputs: {} }).length;
      } catch {
        // What can't be read is found, too.
        return 1;
      }
    };
    expect(found()).toBeGreaterThan((deviations[number] ?? []).length - (number in deviations ? 1 : 0));
  });
});

test("the page's table has each item with its result", () => {
  const page = readFileSync(new URL("../../docs/eks.md", import.meta.url), "utf8");
  for (const { number, title } of items)
    expect(page).toContain(`| ${number} | ${title} | ${number in deviations ? "no: " : "yes |"}`);
  for (const [number, why] of Object.entries(elsewhere))
    expect(page).toContain(`| ${number} | ${why} | not in a plan |`);
});
