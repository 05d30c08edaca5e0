// Changes of the stack file that the drill makes, comments kept. Pure.
import { parseDocument } from "yaml";
import { UserError } from "../../lib/errors.ts";

export interface Change {
  /** Section and keys: ["cluster", "protect"]. */
  readonly path: readonly [string, ...string[]];
  /** Undefined removes the key. */
  readonly value: string | boolean | Readonly<Record<string, string>> | undefined;
}

/** cluster.protect: "data" */
export const describeChange = ({ path, value }: Change): string =>
  value === undefined ? `${path.join(".")} removed` : `${path.join(".")}: ${JSON.stringify(value)}`;

/** @throws UserError for a file that is no stack file. */
export const edited = (text: string, changes: readonly Change[]): string => {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !document.has("config"))
    throw new UserError(`The stack file can't be changed: ${document.errors[0]?.message ?? 'it has no "config"'}`);
  for (const { path, value } of changes) {
    const [section, ...keys] = path;
    const full = ["config", `strata:${section}`, ...keys];
    if (value === undefined) document.deleteIn(full);
    else document.setIn(full, typeof value === "object" ? document.createNode(value) : value);
  }
  return document.toString({ lineWidth: 0 });
};
