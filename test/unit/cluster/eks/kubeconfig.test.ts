import { expect, test } from "vitest";
import { eksIdentity, eksKubeconfig } from "../../../../layers/cluster/eks/kubeconfig.ts";
import { roleName } from "../../../../layers/cluster/eks/role.ts";

const endpoint = {
  name: "strata-eks",
  region: "eu-central-1",
  endpoint: "https://abc.gr7.eu-central-1.eks.amazonaws.com",
  certificateAuthority: "dGVzdA==",
};

test("a kubeconfig asks AWS for a token each time, and holds none", () => {
  const text = eksKubeconfig(endpoint);
  const { users, clusters, contexts, ...rest } = JSON.parse(text);
  expect(rest["current-context"]).toBe("strata-eks");
  expect(clusters).toEqual([
    { name: "strata-eks", cluster: { server: endpoint.endpoint, "certificate-authority-data": "dGVzdA==" } },
  ]);
  expect(contexts).toEqual([{ name: "strata-eks", context: { cluster: "strata-eks", user: "strata-eks" } }]);
  expect(Object.keys(users[0].user)).toEqual(["exec"]);
  expect([users[0].user.exec.command, ...users[0].user.exec.args].join(" ")).toBe(
    "aws eks get-token --cluster-name strata-eks --region eu-central-1 --output json",
  );
  expect(text).not.toMatch(/"token":|client-key|password/);
});

test("another cluster of the same name has another identity", () => {
  expect(eksIdentity(endpoint)).toBe(eksIdentity({ ...endpoint }));
  expect(eksIdentity({ ...endpoint, endpoint: "https://def.eks.amazonaws.com" })).not.toBe(eksIdentity(endpoint));
});

test("a role's name is never longer than IAM's 64 characters, and two long ones differ", () => {
  const cluster = "a".repeat(60);
  expect(roleName("strata-eks", { region: "eu-central-1" }, "nodes")).toBe("strata-eks-eu-central-1-nodes");
  const [nodes, flows] = ["nodes", "flow-logs"].map((purpose) =>
    roleName(cluster, { region: "eu-central-1" }, purpose),
  );
  expect([nodes?.length, flows?.length]).toEqual([64, 64]);
  expect(nodes).not.toBe(flows);
});
