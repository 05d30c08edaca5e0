// What the roles of pods lead to: the agent that hands out their credentials, and the APIs that the roles are for.
import type { Plan } from "../../../tools/plan/record.ts";
import { type Cluster, type Edge, FlowError } from "./model.ts";
import { awsApis, awsS3, podIdentityAgent } from "./outside.ts";

interface Document {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}

/** Services of AWS that a role may ask; S3 asks KMS for a key by itself. */
const servicesOf = (plan: Plan, name: string): string[] => {
  const policy = plan.resources.find(
    ({ type, name: own }) => type === "aws:iam/rolePolicy:RolePolicy" && own === `${name}-role`,
  );
  if (!policy) throw new FlowError(`The role of ${name} has no policy`);
  const { Statement } = JSON.parse(policy.inputs["policy"] as string) as Document;
  const all = new Set(Statement.flatMap(({ Action }) => Action.map((action) => action.split(":")[0] ?? "")));
  return all.has("s3") ? [...all].filter((service) => service !== "kms") : [...all];
};

export const awsEdges = (cluster: Cluster, plan: Plan): Edge[] =>
  plan.resources
    .filter(({ type }) => type === "aws:eks/podIdentityAssociation:PodIdentityAssociation")
    .flatMap(({ name, inputs }) => {
      const { namespace, serviceAccount } = inputs as { namespace: string; serviceAccount: string };
      const because = `role of the service account ${namespace}/${serviceAccount}`;
      const users = cluster.pods.filter(
        (pods) => pods.namespace === namespace && pods.serviceAccount === serviceAccount,
      );
      // Pods of EKS' own add-ons are in kube-system, where nothing is denied.
      if (users.length === 0 && namespace !== "kube-system")
        throw new FlowError(`No pods run under ${namespace}/${serviceAccount}, which has a role`);
      const reached = servicesOf(plan, name).flatMap((service) => (service === "s3" ? [awsS3] : awsApis));
      return users.flatMap((from): Edge[] => [
        { from, to: podIdentityAgent, port: 80, protocol: "TCP", because },
        ...reached.map((to): Edge => ({ from, to, port: 443, protocol: "TCP", because })),
      ]);
    });
