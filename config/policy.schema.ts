// Rules for what a stack has in it: in its plan before anything is made, and at admission for what comes another way.
import { z } from "zod";
import { planRules } from "../policy/rules/index.ts";
import { SignatureSchema } from "./signatures.schema.ts";

/** Which are strict does not depend on the stack, and their names do not either. */
const ruleNames = planRules({ digests: "not asked", loadBalancers: {} }).map(({ name }) => name) as [
  string,
  ...string[],
];

const Reason = z
  .string()
  .min(10, { error: "Expected a reason of at least 10 characters: who reads it later was not there" })
  .max(200, { error: "Expected a reason of at most 200 characters" });

const Level = z.enum(["mandatory", "advisory", "disabled"]);

const shared = {
  preview: Level.default("mandatory").describe(
    "What becomes of a plan that breaks a rule. mandatory: nothing is made; advisory: it is told; disabled: nobody looks",
  ),
  rules: z
    .record(z.string(), z.strictObject({ level: Level, reason: Reason }))
    .default({})
    .describe("Another level for one rule, by its name, with the reason"),
  exceptions: z
    .array(
      z.strictObject({
        rule: z.enum(ruleNames).describe("Name of the rule (docs/policies.md)"),
        of: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$/, {
            error: 'Expected namespace/name of an object, for example "apps/shop", or a namespace\'s name',
          })
          .describe("`namespace/name` of the workload or Service; of a namespace its name"),
        reason: Reason,
      }),
    )
    .default([])
    .describe("What a rule does not hold for, in the plan and in the cluster. One that excuses nothing is told"),
  byTag: z
    .record(z.string(), Reason)
    .default({})
    .describe(
      "Images that may go without a digest on a cluster that is not local, by key of versions.ts or by reference, each with the reason",
    ),
};

const None = z.strictObject({ kind: z.literal("none"), ...shared }).describe("Only the plan is judged");

const Kyverno = z
  .strictObject({
    kind: z.literal("kyverno"),
    ...shared,
    action: z
      .enum(["audit", "enforce"])
      .default("audit")
      .describe("enforce refuses what breaks a policy; audit lets it in and writes a report"),
    signatures: z.array(SignatureSchema).default([]).describe("Images that must be signed, and by whom"),
  })
  .describe(
    "Kyverno by its publisher's chart, with policies that demand of the cluster what the policy pack demands of the plan",
  );

export const PolicySchema = z.discriminatedUnion("kind", [None, Kyverno]);
