// docs/troubleshooting.md against the source: each message that it quotes is one that the program prints.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../../../tools/toolchain/paths.ts";
import { blocksOf, inlineCodeOf, readPage } from "../../support/docs/pages.ts";

const hole = "<...>";

/** Source with every `${...}` of a template as a hole, and texts that are put together over lines as one. */
const withHoles = (text: string): string => {
  let out = "";
  for (let at = 0; at < text.length; at += 1) {
    if (!text.startsWith("${", at)) {
      out += text[at];
      continue;
    }
    let depth = 0;
    do {
      if (text[at] === "{") depth += 1;
      if (text[at] === "}") depth -= 1;
      at += 1;
    } while (at < text.length && (depth > 0 || text[at - 1] === "$"));
    at -= 1;
    out += hole;
  }
  return out
    .replace(/["`] \+\s*["`]/g, "")
    .replaceAll("\\n", "\n")
    .replaceAll("\\`", "`");
};

const sources = ["tools", "config", "layers", "lib"].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .map((file) => withHoles(readFileSync(join(repository, folder, file), "utf8"))),
);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A quoted line as a pattern: a hole of the page may be several holes and few words of the source. */
const patternOf = (line: string): RegExp => new RegExp(line.split(hole).map(escaped).join("[^\\n]{0,160}?"));

const page = readPage("docs/troubleshooting.md");
const quoted = blocksOf(page)
  .filter(({ lang }) => lang === "text")
  .flatMap(({ text }) => text.split("\n").map((line) => line.trim()));

/** Messages in the first column of a table, and those of the pages' sentences that end as a sentence does. */
const inline = inlineCodeOf(page)
  .map(({ text }) => text)
  .filter((text) => /^[A-Z][a-z']+ .* .*[a-z.]$/.test(text));

test("there are messages to hold", () => {
  expect(quoted.length).toBeGreaterThan(40);
  expect(inline.length).toBeGreaterThan(5);
});

test.each([...new Set([...quoted, ...inline])])("is in the source: %s", (line) => {
  // A line of holes alone would be in every source.
  expect(line.replaceAll(hole, "").replace(/\W/g, "").length).toBeGreaterThan(8);
  expect(sources.some((source) => patternOf(line).test(source))).toBe(true);
});

test("a message that nobody prints is not", () => {
  const line = "The cluster <...> is on holiday.";
  expect(sources.some((source) => patternOf(line).test(source))).toBe(false);
});
