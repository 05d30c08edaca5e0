// The one digest that charts are locked by.
import { createHash } from "node:crypto";

export const sha256Of = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
