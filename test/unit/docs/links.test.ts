// Links of README.md and docs/: each leads to a file and a heading that exist, and each page is led to.
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../../../tools/toolchain/paths.ts";
import { anchorsOf, linksOf, type Page, pages, parsePage } from "../../support/docs/pages.ts";

const isExternal = (url: string): boolean => /^[a-z][a-z+.-]*:/i.test(url);

/** Path from the repository's top, and the anchor, that a link of a page leads to. */
const targetOf = (page: string, url: string): { readonly path: string; readonly anchor: string } => {
  const [file = "", anchor = ""] = decodeURI(url).split("#");
  return { path: file === "" ? page : posix.normalize(posix.join(posix.dirname(page), file)), anchor };
};

const externalProblem = (url: string): string | undefined => {
  if (!URL.canParse(url)) return "no URL";
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === "localhost" || hostname === "127.0.0.1" || hostname.endsWith(".localhost");
  return protocol === "https:" || (protocol === "http:" && isLocal) ? undefined : "not https";
};

/** What is wrong with the links of a page, as "page:line: link: reason". */
const problemsOf = (page: Page, all: readonly Page[]): string[] =>
  linksOf(page).flatMap(({ line, url }) => {
    const problem = (reason: string): string[] => [`${page.path}:${line}: ${url}: ${reason}`];
    if (isExternal(url)) {
      const reason = externalProblem(url);
      return reason === undefined ? [] : problem(reason);
    }
    const { path, anchor } = targetOf(page.path, url);
    if (path.startsWith("..") || path.startsWith("/")) return problem("outside of the repository");
    const target = all.find((one) => one.path === path);
    if (target === undefined) return existsSync(join(repository, path)) ? [] : problem("no such file");
    return anchor === "" || anchorsOf(target).has(anchor) ? [] : problem("no such heading");
  });

test.each(pages.map((page) => [page.path, page] as const))("%s: its links lead somewhere", (_, page) => {
  expect(problemsOf(page, pages)).toEqual([]);
});

test("a broken link is found, whatever is broken of it", () => {
  const page = parsePage(
    "docs/a.md",
    "# A\n\n[1](none.md) [2](../../x) [3](#b) [4](../README.md#none) [5](http://example.com/) ![6](media/none.png) [7](#a)",
  );
  expect(problemsOf(page, [...pages, page])).toEqual([
    "docs/a.md:3: none.md: no such file",
    "docs/a.md:3: ../../x: outside of the repository",
    "docs/a.md:3: #b: no such heading",
    "docs/a.md:3: ../README.md#none: no such heading",
    "docs/a.md:3: http://example.com/: not https",
    "docs/a.md:3: media/none.png: no such file",
  ]);
});

test("README.md and docs/README.md lead to every page", () => {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const reached = new Set(["README.md", "docs/README.md"]);
  // A set that grows is walked to its end.
  for (const path of reached)
    for (const { url } of linksOf(byPath.get(path) ?? parsePage(path, ""))) {
      const target = isExternal(url) ? undefined : targetOf(path, url).path;
      if (target !== undefined && byPath.has(target)) reached.add(target);
    }
  expect([...byPath.keys()].filter((path) => !reached.has(path))).toEqual([]);
  // The index names each itself, but for runbooks and decisions, which have an index of their own.
  const index = new Set(
    linksOf(byPath.get("docs/README.md") ?? parsePage("", "")).map(({ url }) => targetOf("docs/README.md", url).path),
  );
  const named = [...byPath.keys()].filter((path) => /^docs\/(?!README|(?:runbooks|decisions)\/[^R])/.test(path));
  expect(named.filter((path) => !index.has(path))).toEqual([]);
});

test("README.md is read in one go", () => {
  const readme = pages.find(({ path }) => path === "README.md");
  expect(readme?.text.split("\n").length).toBeLessThan(150);
});

test("no page is empty, and each has one title", () => {
  const titles = pages.map(({ path, tree }) => [
    path,
    tree.children.filter((node) => node.type === "heading" && node.depth === 1).length,
  ]);
  expect(titles.filter(([, count]) => count !== 1)).toEqual([]);
});
