// The commands that the docs name: found in shell blocks and in inline code, with placeholders filled in.
import { blocksOf, inlineCodeOf, type Page } from "./pages.ts";

export interface Documented {
  /** "docs/tools.md:7" */
  readonly where: string;
  /** One command of the shell, as it stands there. */
  readonly text: string;
}

/** Commands of a line of shell: what stands before, between and behind its operators. */
const commandsOfLine = (line: string): string[] =>
  line
    .replace(/(^|\s)#.*$/, "")
    .replace(/eval "\$\((.*)\)"/, "$1")
    .replace(/\\\|/g, "\u0000")
    .split(/&&|;|\s\|\s|>>?\s*\S+/)
    .map((command) => command.replaceAll("\u0000", "|").trim());

const isOurs = (command: string): boolean => /^(?:[A-Z_]+=\S* )*(?:npm|npx|node) /.test(command);

/** Every command of npm, npx or node on a page. */
export const documentedCommands = (page: Page): Documented[] => [
  ...blocksOf(page)
    .filter(({ lang }) => lang === "sh")
    .flatMap(({ line, text }) =>
      text.split("\n").flatMap((one, index) =>
        commandsOfLine(one)
          .filter(isOurs)
          .map((command) => ({ where: `${page.path}:${line + 1 + index}`, text: command })),
      ),
    ),
  ...inlineCodeOf(page).flatMap(({ line, text }) =>
    commandsOfLine(text)
      .filter(isOurs)
      .map((command) => ({ where: `${page.path}:${line}`, text: command })),
  ),
];

export interface NpmCommand {
  /** Key of package.json's scripts. */
  readonly script: string;
  /** What the script gets. */
  readonly args: readonly string[];
  /** Flags that npm takes for its own, because no "--" stands before them. */
  readonly lost: readonly string[];
}

/** The stack in the place of a placeholder, for scripts that not every stack is for. Default: dev-fast. */
const stackFor: Readonly<Record<string, string>> = { render: "full", drill: "eks", openbao: "openbao" };

const isStack = (word: string): boolean => word === "STACK" || word === "stack";

const placeholders: Readonly<Record<string, string>> = {
  NAME: "urls",
  DIR: "mirror",
  runs: "5",
  ID: "1",
  KEY: "key",
  URN: "urn:pulumi:dev-fast::strata::x::y",
};

/** Words of a command with every optional part in it, the first of alternatives, and placeholders filled in. */
const words = (text: string): string[] =>
  (text.match(/"[^"]*"|\S+/g) ?? [])
    .map((word) => word.replace(/^"|"$/g, "").replace(/^\[+|\]+$/g, ""))
    .filter((word) => word !== "" && word !== "...")
    .map((word) => (isStack(word) ? word : (placeholders[word] ?? word.split("|")[0] ?? word)));

/** A command of npm that runs a script of ours; undefined for any other (npm ci, npm install). */
export const npmCommand = (text: string): NpmCommand | undefined => {
  const [program, verb, ...rest] = words(text.replace(/^(?:[A-Z_]+=\S* )+/, ""));
  if (program !== "npm" || verb === undefined || !["run", "start", "test"].includes(verb)) return undefined;
  const behind = verb === "run" ? rest.filter((word, index) => !(word === "-s" && index === 0)) : [verb, ...rest];
  const [script, ...placed] = behind;
  if (script === undefined) return undefined;
  const given = placed.map((word) => (isStack(word) ? (stackFor[script] ?? "dev-fast") : word));
  const split = given.indexOf("--");
  const before = split < 0 ? given : given.slice(0, split);
  const after = split < 0 ? [] : given.slice(split + 1);
  const lost = before.filter((word) => word.startsWith("-"));
  return { script, args: [...before.filter((word) => !word.startsWith("-")), ...after], lost };
};
