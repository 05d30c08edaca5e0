// An object of the plan as a YAML document: always the same text for the same object, and for every reader the same object.
import { Document, isScalar, parse, Scalar, visit } from "yaml";

export type Manifest = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Manifest =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const first = ["apiVersion", "kind", "metadata", "spec"];

/** By code, and not by a locale that machines may differ in. */
export const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Pulumi's own annotations tell its provider what to wait for; nobody else reads them. */
const withoutPulumi = (metadata: Manifest): Manifest => {
  if (!isFields(metadata["annotations"])) return metadata;
  const { annotations, ...rest } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => !key.startsWith("pulumi.com/"));
  const dropped = kept.length < Object.keys(annotations).length;
  return kept.length === 0 && dropped ? rest : { ...rest, annotations: Object.fromEntries(kept) };
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort(byCode)
      .map((key) => [key, sorted(key === "metadata" && isFields(value[key]) ? withoutPulumi(value[key]) : value[key])]),
  );
};

/** The object as it is delivered: without Pulumi's annotations, its keys in Kubernetes' order, then by name. */
export const manifestOf = (inputs: Manifest): Manifest => {
  const all = sorted(inputs) as Manifest;
  const order = [...first.filter((key) => key in all), ...Object.keys(all).filter((key) => !first.includes(key))];
  return Object.fromEntries(order.map((key) => [key, all[key]]));
};

/** Whether some reader would take an unquoted text for something else: YAML 1.1 has more numbers and truths than 1.2. */
const isAmbiguous = (text: string): boolean => {
  if (text.length > 64 || text.includes("\n")) return false;
  // Go's reader knows 0o17 in any version.
  if (["", "=", "<<"].includes(text) || /^[-+]?0[obxOBX]/.test(text)) return true;
  return (["core", "yaml-1.1"] as const).some((schema) => {
    try {
      return typeof parse(text, { schema, logLevel: "error" }) !== "string";
    } catch {
      // The writer quotes it by itself.
      return false;
    }
  });
};

/** YAML text of a value, as every reader of YAML 1.1 and 1.2 understands it. Long lines stay as they are. */
export const yamlText = (value: unknown, comment?: string): string => {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === "string" && isAmbiguous(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  if (comment !== undefined) document.commentBefore = ` ${comment}`;
  return document.toString({ lineWidth: 0 });
};
