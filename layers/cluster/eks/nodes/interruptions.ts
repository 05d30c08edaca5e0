// What AWS says it is about to do to instances, in a queue that Karpenter reads: nodes are drained before they are taken away.
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../../../../lib/aws/policy.ts";
import { Component } from "../../../../lib/component.ts";
import type { EksScope } from "../scope.ts";
import { queuePolicyStatements } from "./karpenter-policy.ts";

const events = {
  health: { source: "aws.health", type: "AWS Health Event" },
  spot: { source: "aws.ec2", type: "EC2 Spot Instance Interruption Warning" },
  rebalance: { source: "aws.ec2", type: "EC2 Instance Rebalance Recommendation" },
  state: { source: "aws.ec2", type: "EC2 Instance State-change Notification" },
  reservation: { source: "aws.ec2", type: "EC2 Capacity Reservation Instance Interruption Warning" },
} as const;

/** An interruption is over after two minutes; what nobody read by then helps nobody. */
const keptSeconds = 300;

export interface InterruptionsArgs {
  readonly scope: EksScope;
}

export class Interruptions extends Component {
  readonly queueArn: pulumi.Output<string>;
  /** Name of the queue. Waits until AWS may write to it. */
  readonly queueName: pulumi.Output<string>;

  constructor(name: string, { scope }: InterruptionsArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "Interruptions", name, options);
    const child = { parent: this };
    const queue = new Queue(
      name,
      {
        name: `${scope.clusterName}-interruptions`,
        messageRetentionSeconds: keptSeconds,
        // With a key of ours, AWS's events would need a right to it; there is no data in them.
        sqsManagedSseEnabled: true,
      },
      child,
    );
    const rules = Object.entries(events).map(([event, { source, type }]) => {
      const eventPattern = JSON.stringify({ source: [source], "detail-type": [type] });
      const rule = new EventRule(`${name}-${event}`, { eventPattern }, child);
      new EventTarget(`${name}-${event}`, { rule: rule.name, arn: queue.arn, targetId: "queue" }, child);
      return rule.arn;
    });
    const policy = new QueuePolicy(
      name,
      { queueUrl: queue.url, policy: policyDocument(queuePolicyStatements(queue.arn, rules)) },
      child,
    );
    this.queueArn = queue.arn;
    this.queueName = pulumi.all([queue.name, policy.id]).apply(([found]) => found);
    this.registerOutputs({});
  }
}
