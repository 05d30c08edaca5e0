// Takes out of messages what a record must not keep. The engine hides the secrets that it knows of; programs that it runs may print others.

const rules: readonly (readonly [RegExp, string])[] = [
  // Colours of a program that thinks it has a terminal.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence starts with one
  [/\u001b\[[0-9;]*[A-Za-z]/g, ""],
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, "[secret]"],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]+):[^\s/@]+@/gi, "$1:[secret]@"],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, "$1 [secret]"],
  [
    /((?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|(?:certificate|client-key|client-certificate)-data)["']?\s*[:=]\s*)("[^"\n]*"|'[^'\n]*'|[^\s,;}&]+)/gi,
    "$1[secret]",
  ],
];

export const redact = (text: string): string =>
  rules.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
