// The option --threshold: by how many percent a run may be slower than its history.
import { UserError } from "../../lib/errors.ts";
import { defaultThreshold } from "./regression.ts";

export function threshold(text: string | undefined): number {
  if (text === undefined) return defaultThreshold;
  const value = Number(text.replace(/\s*%$/, ""));
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new UserError(`--threshold "${text}": expected percent above 0, for example 25`);
  return value;
}
