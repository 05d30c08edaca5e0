// A stack file as the engine hands it to the program: one JSON string per structured key, and which keys hold a secret.
import { parse } from "yaml";
import { UserError } from "../../lib/errors.ts";

export interface EngineConfig {
  /** Full key (`strata:cluster`) to its text. */
  readonly config: Record<string, string>;
  readonly secretKeys: string[];
}

/** What the program gets for an encrypted value: a text in its place, because nobody here has the key to decrypt it. */
export type StandIn = (path: string) => string;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** Pulumi writes an encrypted value as a mapping of this one key. */
const isEncrypted = (value: unknown): boolean =>
  isFields(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";

const hasEncrypted = (value: unknown): boolean =>
  isEncrypted(value) || (isFields(value) && Object.values(value).some(hasEncrypted));

const decrypted = (value: unknown, path: string, standIn: StandIn): unknown => {
  if (isEncrypted(value)) return standIn(path);
  if (Array.isArray(value)) return value.map((item, index) => decrypted(item, `${path}[${index}]`, standIn));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, decrypted(child, `${path}.${key}`, standIn)]),
  );
};

/** Keys in the order in which the engine hands them over: a program that walks through a map sees that one. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
};

const read = (file: string, text: string): Fields => {
  let document: unknown;
  try {
    document = parse(text) ?? {};
  } catch (error) {
    throw new UserError(`${file} is not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  const config = isFields(document) ? (document["config"] ?? {}) : undefined;
  if (!isFields(config) || Array.isArray(config))
    throw new UserError(
      `${file} is no stack file: expected a mapping with the key "config". See docs/configuration.md`,
    );
  return config;
};

/**
 * Reads a stack file.
 *
 * @param file its name, for messages.
 * @throws UserError for a text that is no stack file.
 */
export const engineConfig = (
  file: string,
  text: string,
  standIn: StandIn = (path) => `secret-of-${path}`,
): EngineConfig => {
  const config = Object.entries(read(file, text));
  return {
    config: Object.fromEntries(
      config.map(([key, value]) => {
        const plain = decrypted(value, key, standIn);
        return [key, typeof plain === "string" ? plain : JSON.stringify(sorted(plain))];
      }),
    ),
    secretKeys: config.flatMap(([key, value]) => (hasEncrypted(value) ? [key] : [])),
  };
};
