// Go modules that strata's tools are built from, where no release can be downloaded: what each go.mod asks for. Pure.

export interface Module {
  readonly path: string;
  readonly version: string;
}

export interface Group {
  /** Folder of tools/go. */
  readonly name: string;
  /** Packages of the programs. */
  readonly programs: readonly string[];
  readonly modules: readonly Module[];
}

/** A directive's arguments, in a block or on a line of its own. */
const argumentsOf = (text: string, directive: string): readonly string[] => {
  const lines = text.split("\n").map((line) => line.replace(/\/\/.*/, "").trim());
  const found: string[] = [];
  let inBlock = false;
  for (const line of lines) {
    if (line === `${directive} (`) inBlock = true;
    else if (line === ")") inBlock = false;
    else if (inBlock && line !== "") found.push(line);
    else if (line.startsWith(`${directive} `)) found.push(line.slice(directive.length).trim());
  }
  return found;
};

/** "path => path version": what takes a module's place. */
const replacementsOf = (goMod: string): ReadonlyMap<string, Module> =>
  new Map(
    argumentsOf(goMod, "replace").map((line) => {
      const [from = "", to = ""] = line.split("=>").map((side) => side.trim());
      const [path = "", version = ""] = to.split(/\s+/);
      return [from.split(/\s+/)[0] ?? "", { path, version }];
    }),
  );

/** From Go 1.17 on, a go.mod names every module that takes part in the build. */
export function groupOf(name: string, goMod: string): Group {
  const replaced = replacementsOf(goMod);
  const modules = argumentsOf(goMod, "require").map((line) => {
    const [path = "", version = ""] = line.split(/\s+/);
    return replaced.get(path) ?? { path, version };
  });
  return { name, programs: argumentsOf(goMod, "tool"), modules };
}

export const goPurl = ({ path, version }: Module): string =>
  `pkg:golang/${path.split("/").map(encodeURIComponent).join("/")}@${encodeURIComponent(version)}`;
