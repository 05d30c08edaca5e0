// Commands of README.md and docs/: each is a script that exists, with arguments that it accepts, and has its place in the tests.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAdvisories } from "../../../tools/advisories.ts";
import { parseBench } from "../../../tools/bench/arguments.ts";
import { parseCheck } from "../../../tools/check.ts";
import { parsePreview } from "../../../tools/ci/preview.ts";
import { stepOf } from "../../../tools/ci.ts";
import { parseCommand } from "../../../tools/command.ts";
import { parseDrill } from "../../../tools/drill.ts";
import { parseMirrorArguments } from "../../../tools/mirror/arguments.ts";
import { parseArguments as parseOpenBao } from "../../../tools/openbao/arguments.ts";
import { parseOutput } from "../../../tools/output.ts";
import { parseRenderArguments } from "../../../tools/render/arguments.ts";
import { parseReport } from "../../../tools/report.ts";
import { sizesOf } from "../../../tools/scale.ts";
import { describe } from "../../../tools/toolchain/ensure.ts";
import { repository } from "../../../tools/toolchain/paths.ts";
import { documentedCommands, npmCommand } from "../../support/docs/commands.ts";
import { pages, parsePage } from "../../support/docs/pages.ts";
import { exceptions, treatments } from "../../support/docs/treatment.ts";

const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};

type Parser = (args: readonly string[]) => unknown;

/** Scripts that hand everything on to vitest. */
const vitest: Parser = () => undefined;
const none: Parser = (args) => {
  if (args.length > 0) throw new Error(`it takes no arguments, not ${args.join(" ")}`);
};

/** The arguments of each script, read by its own parser. Those that are not here take a stack and flags. */
const parsers: Readonly<Record<string, Parser>> = {
  advisories: parseAdvisories,
  bench: parseBench,
  ci: ([step]) => stepOf(step),
  "ci:preview": parsePreview,
  drill: parseDrill,
  mirror: parseMirrorArguments,
  openbao: (args) => (args.length > 0 ? parseOpenBao(args) : undefined),
  output: parseOutput,
  render: parseRenderArguments,
  report: parseReport,
  sbom: ([file]) => file,
  scale: sizesOf,
  setup: (args) => args.filter((tool) => tool !== "tool...").map((tool) => describe(tool)),
  faults: vitest,
  test: vitest,
  golden: vitest,
  check: parseCheck,
  schema: none,
};

const problem = (text: string): string | undefined => {
  const command = npmCommand(text);
  if (!command) return undefined;
  const { script, args, lost } = command;
  if (!(script in scripts)) return "no such script in package.json";
  if (lost.length > 0) return `npm takes ${lost.join(" ")} for its own: a "--" is missing`;
  try {
    (parsers[script] ?? parseCommand)(args);
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
};

const all = pages.flatMap(documentedCommands);
const used = new Set(all.flatMap(({ text }) => npmCommand(text)?.script ?? []));

test("every npm command of the docs is a script, with arguments that it accepts", () => {
  expect(all.length).toBeGreaterThan(100);
  const problems = all.map(({ where, text }) => [`${where}: ${text}`, problem(text)] as const);
  expect(problems.filter(([, reason]) => reason !== undefined)).toEqual([]);
});

test("a command that does not work is found", () => {
  const text =
    "`npm run nothing` `npm run preview --diff` `npm start a b` `npm run bench -- --hot` `npm run -s output -- --json`";
  const found = documentedCommands(parsePage("docs/a.md", text)).map((command) => problem(command.text));
  expect(found).toEqual([
    "no such script in package.json",
    'npm takes --diff for its own: a "--" is missing',
    "Only one stack at a time, not a and b",
    expect.stringContaining("Unknown option '--hot'"),
    expect.stringContaining("Usage: npm run -s output"),
  ]);
});

test("what npx and node are told to run exists", () => {
  const others = all.filter(({ text }) => /(?:^| )(?:npx|node) /.test(text));
  expect(others.length).toBeGreaterThan(5);
  const wrong = others.filter(({ text }) => {
    const [, program = "", target = ""] = /(?:^| )(npx|node) (\S+)/.exec(text) ?? [];
    const binary = join(repository, "node_modules", ".bin", target);
    if (program === "npx" && !existsSync(binary)) return true;
    const files = text.match(/\b(?:tools|test|config|layers)\/[\w./-]+/g) ?? [];
    return files.some((file) => !existsSync(join(repository, file)));
  });
  expect(wrong).toEqual([]);
});

test("each documented script is executed by a test, or has a reason why not and a test of what it calls", () => {
  expect([...used].filter((script) => !(script in treatments))).toEqual([]);
  expect(Object.keys(treatments).filter((script) => !used.has(script))).toEqual([]);
  const files = Object.values(treatments).flatMap((one) => (one === "executed" ? [] : one.shownBy));
  expect(files.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
  expect(exceptions.filter(([pattern]) => !all.some(({ text }) => pattern.test(text)))).toEqual([]);
});
