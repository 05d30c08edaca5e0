// Whether a destroy would be refused half-way: the engine deletes until it comes to something protected, and leaves the rest behind.
import { UserError } from "../../lib/errors.ts";
import { nameOf } from "./events.ts";

interface Resources {
  readonly resources?: readonly { readonly urn: string; readonly protect?: boolean }[];
}

/** Flags by which somebody says what is to go. */
const choosing = ["--exclude-protected", "--target", "-t", "--exclude"];

const most = 6;

/** @throws UserError for a stack with protected resources, unless the flags for Pulumi choose what goes. */
export const requireUnprotected = (stack: string, { resources = [] }: Resources, flags: readonly string[]): void => {
  if (flags.some((flag) => choosing.includes(flag.split("=")[0] ?? flag))) return;
  const names = resources.flatMap(({ urn, protect }) => (protect ? [nameOf(urn)] : []));
  if (names.length === 0) return;
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  throw new UserError(
    `${stack} is protected: ${names.slice(0, most).join(", ")}${more}. Nothing was changed.\n` +
      `To destroy all of it: set cluster.protect to false in the stack file, npm start, then this again.\n` +
      `To rebuild the cluster around its data: docs/restore.md.`,
  );
};
