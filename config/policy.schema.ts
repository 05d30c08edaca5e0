// Policies at admission: what every pod in strata's own namespaces must look like.
import { z } from "zod";

const Kyverno = z
  .strictObject({
    kind: z.literal("kyverno"),
    action: z
      .enum(["audit", "enforce"])
      .default("audit")
      .describe("enforce refuses what breaks a policy; audit lets it in and writes a report"),
  })
  .describe(
    "Kyverno by its publisher's chart, with policies that demand of the cluster what the tests demand of the plan",
  );

export const PolicySchema = z.discriminatedUnion("kind", [Kyverno]);
