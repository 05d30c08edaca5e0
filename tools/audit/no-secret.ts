// What carries the mark of a secret and is none, with the reason: a table, so that nothing else is left out of the audit.

export type Exemption = "user name" | "bucket or address" | "key's identifier" | "certificate" | "progress message";

interface Rule {
  readonly what: Exemption;
  readonly reason: string;
  matches(value: { readonly type: string; readonly path: readonly string[]; readonly text: string }): boolean;
}

/** By the property's name, but never against it: PASSWORD_user holds a password. */
const named = (path: readonly string[], pattern: RegExp): boolean =>
  pattern.test(path.at(-1) ?? "") && !/pass|secret|token/i.test(path.at(-1) ?? "");

export const rules: readonly Rule[] = [
  {
    what: "user name",
    reason: "marked because it lies beside its password in one output or Secret; a user name opens nothing",
    matches: ({ path }) => named(path, /(^|[-_.])(user(name)?|login|role)$/i),
  },
  {
    what: "bucket or address",
    reason: "the rest of a login's data: where it is for",
    matches: ({ path }) =>
      named(path, /(^|[-_.])(bucket|region|endpoint|host|port|server|database|dbname|namespace)$/i),
  },
  {
    what: "key's identifier",
    reason: "names an access key in requests and logs; the secret is its other half",
    matches: ({ path }) => named(path, /(^|[-_.])(id|access[-_]?key[-_]?id)$/i),
  },
  {
    what: "certificate",
    reason: "shown to everybody who connects; its private key is looked for",
    matches: ({ text }) => /^-----BEGIN CERTIFICATE-----/.test(text) && !/PRIVATE KEY/.test(text),
  },
  {
    what: "progress message",
    reason: "what a command says while it works is marked with all else that it prints, and shown on the screen",
    matches: ({ type, path }) => type === "command:local:Command" && path.join(".") === "outputs.stderr",
  },
];

export const exemptionOf = (value: Parameters<Rule["matches"]>[0]): Exemption | undefined =>
  rules.find((rule) => rule.matches(value))?.what;
