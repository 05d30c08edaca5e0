// The ways in which a value may have been written down: the texts to look for when a secret is looked for. Pure.
import { escapeHtml } from "../report/html/text.ts";

export type Form = "clear" | "base64" | "hex" | "URL-encoded" | "JSON-escaped" | "HTML-escaped";

/** Shorter pieces are found by chance. */
export const lowestLength = 8;

/**
 * What stays the same of a value's base64 wherever it lies in a longer text: three texts, one for each way in which the groups
 * of three bytes can fall. The characters at both ends, which hold bits of the neighbours too, are left out.
 */
const base64Cores = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((before) => {
    const coded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const isWhole = (before + bytes.length) % 3 === 0;
    return coded.slice([0, 2, 3][before], isWhole ? undefined : -1);
  });

const base64Url = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_");

const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As Go's encoding/json writes it, which most programs in a cluster use. */
const goEscaped = (text: string): string =>
  jsonEscaped(text).replace(/[<>&]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`);

const lowerEscapes = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (found) => found.toLowerCase());

/** Text to form: every text that gives the value away. Empty for a value that is too short to be looked for. */
export function formsOf(value: string): ReadonlyMap<string, Form> {
  if (value.length < lowestLength) return new Map();
  const bytes = Buffer.from(value);
  const cores = base64Cores(bytes);
  const hex = bytes.toString("hex");
  const url = encodeURIComponent(value);
  const escaped = [jsonEscaped(value), goEscaped(value)];
  const texts: readonly (readonly [Form, readonly string[]])[] = [
    ["clear", [value]],
    ["base64", [...cores, ...cores.map(base64Url)]],
    ["hex", [hex, hex.toUpperCase()]],
    ["URL-encoded", [url, lowerEscapes(url)]],
    // JSON in a string of JSON is escaped twice: an event log that holds a manifest.
    ["JSON-escaped", [...escaped, ...escaped.map(jsonEscaped)]],
    ["HTML-escaped", [escapeHtml(value)]],
  ];
  const found = new Map<string, Form>();
  for (const [form, list] of texts) for (const text of list) if (!found.has(text)) found.set(text, form);
  return found;
}
