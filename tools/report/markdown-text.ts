// Text of others inside Markdown: it may not end a cell, a table or a block.

/** A cell: a pipe would end it, a line break the table. */
const cell = (text: string): string =>
  text.replace(/\s*\n\s*/g, " ").replace(/[|<>]/g, (character) => `\\${character}`);

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? []
    : [
        `| ${head.map((name) => name.replace(/^#/, "")).join(" | ")} |`,
        `| ${head.map((name) => (name.startsWith("#") ? "---:" : "---")).join(" | ")} |`,
        ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`),
        "",
      ];

/** A block that no line of the text can close. */
export const fenced = (text: string, language = "text"): string => {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}${language}\n${text}\n${fence}`;
};
