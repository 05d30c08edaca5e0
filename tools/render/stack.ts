// From a stack file to its rendered folder: the program runs twice, with other secrets, so that whatever depends on one shows.
import { type Division, divide } from "./divide.ts";
import { recordStack, refuseUndelivered, type StackSource } from "./program.ts";
import { type Tree, treeOf } from "./tree.ts";

export interface Rendered {
  readonly tree: Tree;
  readonly division: Division;
}

/** @throws UserError for a mistake in the stack file. */
export const renderStack = async (source: StackSource): Promise<Rendered> => {
  refuseUndelivered(source);
  const plan = await recordStack(source, "");
  const division = divide(plan, await recordStack(source, "another-"));
  return { tree: treeOf(source.stack, division), division };
};
