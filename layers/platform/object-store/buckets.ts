// What every object store says of a bucket that it does not have.
import { UserError } from "../../../lib/errors.ts";

export const noBucket = (name: string, known: Iterable<string>): UserError =>
  new UserError(
    `The object store has no bucket "${name}". It has: ${[...known].join(", ") || "none"}. Add it to strata:objectStore.buckets`,
  );
