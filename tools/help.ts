// `npm run help [command]`: every command with one line, or one of them with its page. `npm run NAME -- --help` ends here too.
import { closest, distance } from "fastest-levenshtein";
import colors from "picocolors";
import { UserError } from "../lib/errors.ts";
import { type CommandHelp, commandGroups, commands, usage } from "./commands.ts";
import { help as openbaoHelp } from "./openbao/arguments.ts";

const about = (command: CommandHelp): string =>
  [
    `${colors.bold(usage(command))}\n  ${command.does}\n  ${colors.dim(`More: ${command.docs}`)}`,
    ...(command.script === "openbao" ? [openbaoHelp] : []),
  ].join("\n\n");

const overview = (): string => {
  const width = Math.max(...commands.map((command) => usage(command).length));
  const groups = commandGroups.map(({ title, commands: list }) =>
    [
      colors.bold(title),
      ...list.map((command) => `  ${usage(command).padEnd(width)}  ${colors.dim(command.does)}`),
    ].join("\n"),
  );
  return [
    ...groups,
    "STACK is a Pulumi.STACK.yaml. One command: npm run help start, or npm start -- --help. The docs begin at docs/README.md",
    `Completion of these names in your shell: source <(npm completion)`,
  ].join("\n\n");
};

/** @throws UserError for a name that is no script. */
export async function main([name]: readonly string[]): Promise<number> {
  if (name === undefined) {
    console.log(overview());
    return 0;
  }
  const found = commands.find(({ script }) => script === name);
  if (!found) {
    const near = closest(
      name,
      commands.map(({ script }) => script),
    );
    const hint = distance(name, near) <= 3 ? ` Did you mean ${near}?` : "";
    throw new UserError(`There is no command "${name}".${hint}\nAll of them: npm run help`);
  }
  console.log(about(found));
  return 0;
}
