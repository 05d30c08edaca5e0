// Licences of what this checkout really uses, and what the rules say of packages that it does not.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as chartImages from "../../../../chart-images.ts";
import { type Bom, withModules } from "../../../../tools/supply/bom.ts";
import { goPurl, groupOf } from "../../../../tools/supply/go.ts";
import { allowed, licenseProblems, stated } from "../../../../tools/supply/licences.ts";
import { type Package, packagesOf } from "../../../../tools/supply/lock.ts";
import { imageLicences, toolLicences } from "../../../../tools/supply/programs.ts";
import { goGroups, npmPackages } from "../../../../tools/supply/read.ts";
import * as versions from "../../../../versions.ts";

const packages = npmPackages();
const withOne = (license: string): readonly Package[] => [
  ...packages,
  { name: "new", version: "1.0.0", license, dev: true },
];

test.each(["GPL-3.0-only", "MIT AND GPL-2.0-only", "", "SEE LICENSE IN LICENSE", "UNLICENSED"])(
  "a package with the licence %j is refused by name",
  (license) => {
    const [problem, ...more] = licenseProblems(withOne(license));
    expect(more).toEqual([]);
    expect(problem).toContain(`new@1.0.0 has the licence "${license || "(none stated)"}", which is not allowed`);
  },
);

test.each(["MIT OR GPL-3.0-only", "(MIT AND CC-BY-3.0)", "Apache-2.0"])("%s is fine", (license) => {
  expect(licenseProblems(withOne(license))).toEqual([]);
});

test("every package of package-lock.json may be used, and nothing in the table is stale", () => {
  expect(packages.length).toBeGreaterThan(300);
  expect(licenseProblems(packages)).toEqual([]);
});

test("an entry for a package that is gone, or that states its licence now, is stale", () => {
  const entry = { instead: "SEE LICENSE IN LICENSE", license: "MIT", reason: "r" };
  expect(licenseProblems(packages, { ...stated, gone: entry })).toEqual([
    "tools/supply/licences.ts names gone, which is not used with that licence any more: take it out",
  ]);
  const without = packages.filter(({ license }) => license !== "0BSD");
  expect(allowed).toContain("0BSD");
  expect(licenseProblems(without)).toEqual([
    "No package has the licence 0BSD any more: take it out of tools/supply/licences.ts",
  ]);
});

test("a lock file's packages: nested ones by their name, each version once, the program's before the tests'", () => {
  const lock = {
    packages: {
      "": { version: "1.0.0" },
      "node_modules/a": { version: "1.0.0", license: "MIT", dev: true },
      "node_modules/b/node_modules/a": { version: "1.0.0", license: "MIT" },
      "node_modules/@s/c": { version: "2.0.0", devOptional: true },
    },
  };
  expect(packagesOf(JSON.stringify(lock))).toEqual([
    { name: "@s/c", version: "2.0.0", license: "", dev: true },
    { name: "a", version: "1.0.0", license: "MIT", dev: false },
  ]);
});

test("a go.mod: its programs, its modules, and what takes their place", () => {
  const text = `module x

tool example.com/cmd/one

replace example.com/r => example.com/other v2.0.0 // why

require example.com/A v1.0.0

require (
	example.com/r v1.0.0 // indirect
	example.com/s v0.1.0+incompatible
)
`;
  const group = groupOf("x", text);
  expect(group).toEqual({
    name: "x",
    programs: ["example.com/cmd/one"],
    modules: [
      { path: "example.com/A", version: "v1.0.0" },
      { path: "example.com/other", version: "v2.0.0" },
      { path: "example.com/s", version: "v0.1.0+incompatible" },
    ],
  });
  expect(group.modules.map(goPurl).at(-1)).toBe("pkg:golang/example.com/s@v0.1.0%2Bincompatible");
});

test("every group of tools has its licence, and no other is in the table", () => {
  const groups = goGroups();
  expect(groups.map(({ name }) => name)).toEqual(Object.keys(toolLicences));
  expect(groups.filter(({ modules }) => modules.length < 5)).toEqual([]);
});

test("images with a licence of their own are images that strata uses", () => {
  const text = JSON.stringify([versions, chartImages]);
  const unknown = imageLicences.flatMap(({ repositories }) =>
    repositories.filter((name) => !text.includes(`"${name}"`)),
  );
  expect(unknown).toEqual([]);
});

test("the bill of materials gets each Go module once, with the tools that are built from it", () => {
  const npm: Bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    metadata: { component: { name: "some-folder" } },
    components: [{ "bom-ref": "a@1", type: "library", name: "a", version: "1", purl: "pkg:npm/a@1" }],
  };
  const groups = goGroups();
  const { metadata, components } = withModules(npm, groups);
  expect(metadata.component.name).toBe("strata");
  expect(components[0]).toEqual(npm.components[0]);
  const refs = components.map((one) => one["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
  const cobra = components.filter(({ name }) => name === "github.com/spf13/cobra");
  expect(cobra.flatMap(({ properties = [] }) => properties.map(({ value }) => value))).toContain("kind");
  expect(readFileSync("docs/licenses.md", "utf8")).toContain(
    `| kind | kind | Apache-2.0 | ${groups.find(({ name }) => name === "kind")?.modules.length} |`,
  );
});
