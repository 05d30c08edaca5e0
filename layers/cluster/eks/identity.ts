// EKS Pod Identity: a role of its own for one service account of this cluster.
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../../lib/aws/arn.ts";
import type { IdentityArgs } from "../../../lib/aws/handle.ts";
import { Component } from "../../../lib/component.ts";
import { createRole, roleName } from "./role.ts";
import type { EksScope } from "./scope.ts";

/** Trust in pods of one service account: the agent sends its session with these tags. */
export const podTrust = (
  scope: EksScope,
  { namespace, serviceAccount }: Pick<IdentityArgs, "namespace" | "serviceAccount">,
): object => ({
  Effect: "Allow",
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
  Condition: {
    StringEquals: {
      "aws:RequestTag/eks-cluster-arn": arn(scope, "eks", `cluster/${scope.clusterName}`),
      "aws:RequestTag/kubernetes-namespace": namespace,
      "aws:RequestTag/kubernetes-service-account": serviceAccount,
    },
  },
});

export interface PodIdentityArgs extends IdentityArgs {
  readonly scope: EksScope;
  /** Waits for the control plane. The role does not. */
  readonly clusterName: pulumi.Output<string>;
}

export class PodIdentity extends Component {
  /** Name of the service account. Waits for the association and for what the role may. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: PodIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "PodIdentity", name, options);
    const child = { parent: this };
    const { scope, namespace, serviceAccount } = args;
    const role = createRole(
      name,
      {
        roleName: roleName(scope.clusterName, scope, name),
        scope,
        trust: podTrust(scope, { namespace, serviceAccount }),
        statements: args.statements,
      },
      child,
    );
    const association = new PodIdentityAssociation(
      name,
      { clusterName: args.clusterName, namespace, serviceAccount, roleArn: role.arn },
      child,
    );
    // A controller that is deleted cleans up first: its permissions go after it.
    this.serviceAccount = pulumi.all([association.id, role.ready]).apply(() => serviceAccount);
    this.registerOutputs({});
  }
}
