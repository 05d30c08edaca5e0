// A value of which nothing is known but that it is a mapping: inputs of a resource, a parsed file.
export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);
