// JSON schemas of what the tools write for others to read: a run's record and a bench's summary.
import { z } from "zod";
import { benchSchema } from "../bench/schema.ts";
import { runSchema } from "./record.ts";

const titled = (title: string, schema: z.ZodType): Record<string, unknown> => {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return { $schema, title, ...rest };
};

export const runJsonSchema = (): Record<string, unknown> => titled("strata run", runSchema);
export const benchJsonSchema = (): Record<string, unknown> => titled("strata bench", benchSchema);
