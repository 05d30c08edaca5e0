// Plans every stack of this checkout: no cluster, no engine, no credentials, and no secret, because there are none here.
import { deliversStack } from "../../../config/gitops-delivers.ts";
import { UserError } from "../../../lib/errors.ts";
import { readStackFile, stackFolder, stackNames } from "../../engine/stack-file.ts";
import { engineConfig } from "../../plan/config.ts";
import { gitOpsFactsOf } from "../../render/facts.ts";
import { recordStack, type StackSource } from "../../render/program.ts";
import { type PlannedResource, type Snapshot, type StackSnapshot, snapshotOf, snapshotVersion } from "./snapshot.ts";

/** What the stack comes to. @throws UserError for a mistake in the stack file. */
export const resourcesOf = async (source: StackSource): Promise<PlannedResource[]> => {
  const { stack, text } = source;
  const section = engineConfig(`Pulumi.${stack}.yaml`, text).config["strata:gitops"];
  if (section === undefined) return snapshotOf(await recordStack(source, ""));
  const facts = deliversStack(JSON.parse(section)) ? await gitOpsFactsOf(stack, text) : undefined;
  const plan = await recordStack(source, "", { facts });
  return snapshotOf(plan, new Set(Object.values(facts?.delivered ?? {}).flat()));
};

const planStack = async (stack: string): Promise<StackSnapshot> => {
  try {
    return { stack, resources: await resourcesOf({ stack, text: readStackFile(stackFolder(), stack) }) };
  } catch (error) {
    // A mistake in one stack file must not hide what the others come to.
    if (error instanceof UserError) return { stack, resources: [], problem: error.message };
    throw error;
  }
};

/** One after the other: the SDK keeps one program at a time. */
export const planStacks = async (): Promise<Snapshot> => {
  const stacks: StackSnapshot[] = [];
  for (const stack of stackNames(stackFolder())) stacks.push(await planStack(stack));
  return { version: snapshotVersion, stacks };
};
