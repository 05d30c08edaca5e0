// The npm packages of package-lock.json, with the licence that each one's publisher states. Pure.

export interface Package {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, or what else the publisher wrote. */
  readonly license: string;
  /** Used to build and test only, not by the program. */
  readonly dev: boolean;
}

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly version?: string; readonly license?: string; readonly dev?: boolean; readonly devOptional?: boolean }
    >
  >;
}

/** Each package and version once, by name. A package that both program and tests use counts as the program's. */
export function packagesOf(text: string): readonly Package[] {
  const found = new Map<string, Package>();
  for (const [path, { version, license = "", dev = false, devOptional = false }] of Object.entries(
    (JSON.parse(text) as Lock).packages,
  )) {
    if (path === "" || version === undefined) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const key = `${name}@${version}`;
    found.set(key, { name, version, license, dev: (found.get(key)?.dev ?? true) && (dev || devOptional) });
  }
  return [...found.values()].sort((a, b) => `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`, "en"));
}
