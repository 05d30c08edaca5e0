// JSON schema of a stack file, for editors: generated from the same schemas that the program parses with.
import { z } from "zod";
import { secretKeys, sections } from "./schema.ts";

const encrypted = (key: string, description: string) => ({
  description: `${description}, set with: pulumi config set --secret ${key}`,
  type: "object",
  required: ["secure"],
  properties: { secure: { type: "string" } },
  additionalProperties: false,
});

/** Schema of a whole Pulumi.<stack>.yaml: strata's keys strictly, Pulumi's own as they are. */
export const stackFileSchema = (): Record<string, unknown> => {
  const properties = Object.fromEntries(
    Object.entries(sections).map(([name, schema]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
      return [`strata:${name}`, rest];
    }),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "strata stack file",
    type: "object",
    properties: {
      secretsprovider: { type: "string" },
      encryptedkey: { type: "string" },
      encryptionsalt: { type: "string" },
      environment: {},
      config: {
        type: "object",
        required: ["strata:cluster"],
        properties: {
          ...properties,
          ...Object.fromEntries(
            Object.entries(secretKeys).map(([key, description]) => [`strata:${key}`, encrypted(key, description)]),
          ),
        },
        patternProperties: { "^(?!strata:)[^:]+:": {} },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  };
};
