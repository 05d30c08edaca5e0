// Which licences the program's npm packages may have, and what is known of those that state none. A package outside of both fails.
import satisfies from "spdx-satisfies";
import type { Package } from "./lock.ts";

/** All permissive: nothing has to be published with a program that uses them, and a copy of the licence goes along in node_modules. */
export const allowed: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  // Data: the list of SPDX's exceptions.
  "CC-BY-3.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Python-2.0",
  "Unlicense",
];

export interface Stated {
  /** As package-lock.json has it. */
  readonly instead: string;
  readonly license: string;
  readonly reason: string;
}

/** By package: a licence that its package.json does not name as SPDX does. */
export const stated: Readonly<Record<string, Stated>> = {
  "@logdna/tail-file": {
    instead: "SEE LICENSE IN LICENSE",
    license: "MIT",
    reason: "its file LICENSE is the MIT License, of LogDNA",
  },
};

export const licenseOf = ({ name, license }: Package, known = stated): string =>
  known[name]?.instead === license ? known[name].license : license;

const isAllowed = (license: string): boolean => {
  try {
    return satisfies(license, [...allowed]);
  } catch {
    return false; // No SPDX expression.
  }
};

/** One line for each package that may not be used as it is, and for each entry that nothing needs any more. */
export function licenseProblems(packages: readonly Package[], known = stated): readonly string[] {
  const refused = packages
    .map((one) => ({ one, license: licenseOf(one, known) }))
    .filter(({ license }) => !isAllowed(license))
    .map(
      ({ one: { name, version }, license }) =>
        `${name}@${version} has the licence "${license || "(none stated)"}", which is not allowed. Take another package; or, if the licence is permissive, add it to tools/supply/licences.ts`,
    );
  const stale = Object.entries(known)
    .filter(([name, { instead }]) => !packages.some((one) => one.name === name && one.license === instead))
    .map(
      ([name]) => `tools/supply/licences.ts names ${name}, which is not used with that licence any more: take it out`,
    );
  const unused = allowed
    .filter((license) => !packages.some((one) => licenseOf(one, known).includes(license)))
    .map((license) => `No package has the licence ${license} any more: take it out of tools/supply/licences.ts`);
  return [...refused, ...stale, ...unused];
}
