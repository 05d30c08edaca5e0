// A budget for what bears this stack's tag. AWS counts a tag only once it is activated for cost allocation, by hand, in Billing.
import { Budget } from "@pulumi/aws/budgets/budget.js";
import type * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../../../config/schema.ts";
import { stackTag } from "../../../lib/aws/tags.ts";
import { Component } from "../../../lib/component.ts";
import type { EksScope } from "./scope.ts";

export interface SpendingArgs {
  readonly scope: EksScope;
  readonly stack: string;
  readonly config: NonNullable<EksConfig["budget"]>;
}

export class Spending extends Component {
  constructor(name: string, { scope, stack, config }: SpendingArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "Spending", name, options);
    const notification = (threshold: number, notificationType: "ACTUAL" | "FORECASTED") => ({
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
      notificationType,
      subscriberEmailAddresses: [...config.notify],
    });
    new Budget(
      name,
      {
        name: `${scope.clusterName}-monthly`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(config.monthlyUsd),
        limitUnit: "USD",
        costFilters: [{ name: "TagKeyValue", values: [`user:${stackTag}$${stack}`] }],
        notifications: [notification(80, "ACTUAL"), notification(100, "FORECASTED")],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
