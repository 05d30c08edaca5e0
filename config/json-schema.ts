// JSON schema of a stack file, for editors: generated from the same schemas that the program parses with.
import { z } from "zod";
import { sections } from "./schema.ts";

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
          "strata:tunnelCredentials": {
            description: "Credentials file of the tunnel, set with: pulumi config set --secret tunnelCredentials",
            type: "object",
            required: ["secure"],
            properties: { secure: { type: "string" } },
            additionalProperties: false,
          },
          "strata:secretsCredentials": {
            description: "Login of the backend of secrets, set with: pulumi config set --secret secretsCredentials",
            type: "object",
            required: ["secure"],
            properties: { secure: { type: "string" } },
            additionalProperties: false,
          },
        },
        patternProperties: { "^(?!strata:)[^:]+:": {} },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  };
};
