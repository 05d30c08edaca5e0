// The Markdown pages of the repository as syntax trees: README.md and everything under docs/.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import GithubSlugger from "github-slugger";
import type { Root } from "mdast";
import { toString as textOf } from "mdast-util-to-string";
import { remark } from "remark";
import remarkGfm from "remark-gfm";
import { visit } from "unist-util-visit";
import { repository } from "../../../tools/toolchain/paths.ts";

export interface Page {
  /** Path from the repository's top, with "/". */
  readonly path: string;
  readonly text: string;
  readonly tree: Root;
}

const parser = remark().use(remarkGfm);

export const parsePage = (path: string, text: string): Page => ({ path, text, tree: parser.parse(text) });

export const readPage = (path: string): Page => parsePage(path, readFileSync(join(repository, path), "utf8"));

export const pages: readonly Page[] = [
  "README.md",
  ...readdirSync(join(repository, "docs"), { recursive: true, encoding: "utf8" })
    // What commands wrote is no page: the tests of those commands hold it.
    .filter((file) => file.endsWith(".md") && !file.startsWith("examples"))
    .map((file) => posix.join("docs", file))
    .sort(),
].map(readPage);

export interface Link {
  readonly line: number;
  readonly url: string;
}

/** Links, images and definitions of a page, in their order. */
export const linksOf = ({ tree }: Page): Link[] => {
  const links: Link[] = [];
  visit(tree, (node) => {
    if (node.type === "link" || node.type === "image" || node.type === "definition")
      links.push({ line: node.position?.start.line ?? 0, url: node.url });
  });
  return links;
};

/** What follows a "#" in a link to a page: its headings the way GitHub writes them. */
export const anchorsOf = ({ tree }: Page): ReadonlySet<string> => {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  visit(tree, "heading", (node) => {
    anchors.add(slugger.slug(textOf(node)));
  });
  return anchors;
};

export interface Block {
  readonly line: number;
  /** Language of the fence: sh, yaml, diff, ... */
  readonly lang: string;
  /** Words after the language as `key=value`; a word alone is `true`. */
  readonly meta: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Fenced code blocks of a page, in their order. */
export const blocksOf = ({ tree }: Page): Block[] => {
  const blocks: Block[] = [];
  visit(tree, "code", ({ lang, meta, value, position }) => {
    const words = (meta ?? "").split(/\s+/).filter((word) => word !== "");
    blocks.push({
      line: position?.start.line ?? 0,
      lang: lang ?? "",
      meta: Object.fromEntries(words.map((word) => [word.split("=")[0] ?? "", word.split("=")[1] ?? "true"])),
      text: value,
    });
  });
  return blocks;
};

/** Code within sentences and tables, with its line. */
export const inlineCodeOf = ({ tree }: Page): { readonly line: number; readonly text: string }[] => {
  const found: { line: number; text: string }[] = [];
  visit(tree, "inlineCode", ({ value, position }) => {
    found.push({ line: position?.start.line ?? 0, text: value });
  });
  return found;
};
