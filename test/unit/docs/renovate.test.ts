// renovate.json against the files that it reads: an image that no pattern finds would never be proposed again.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chartImages } from "../../../chart-images.ts";
import {
  awsPlugin,
  charts,
  goImage,
  images,
  k3dToolsImage,
  k3sImages,
  k3sSystemImages,
  nodeImages,
  plugins,
  tools,
} from "../../../versions.ts";

interface Manager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly datasourceTemplate?: string;
}

const root = new URL("../../../", import.meta.url);
const text = (file: string): string => readFileSync(new URL(file, root), "utf8");
interface Rule {
  readonly groupName?: string;
  readonly matchPackageNames?: readonly string[];
}

const { customManagers, packageRules } = JSON.parse(text("renovate.json")) as {
  customManagers: readonly Manager[];
  packageRules: readonly Rule[];
};

const reads = (manager: Manager, file: string): boolean =>
  manager.managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file));

/** `name:version[@digest]` of everything that the patterns find in the text of a file. */
const found = (file: string, datasource: string, content = text(file)): string[] =>
  customManagers
    .filter((manager) => manager.datasourceTemplate === datasource && reads(manager, file))
    .flatMap(({ matchStrings }) => matchStrings)
    .flatMap((pattern) => [...content.matchAll(new RegExp(pattern, "g"))])
    .map(({ groups = {} }) => {
      const digest = groups["currentDigest"];
      return `${groups["depName"]}:${groups["currentValue"]}${digest === undefined ? "" : `@${digest}`}`;
    })
    .sort();

interface Image {
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
  readonly recipe?: string;
}

const reference = ({ repository, tag, digest }: Image): string =>
  `${repository}:${tag}${digest === undefined ? "" : `@${digest}`}`;

const fromRegistries = (all: readonly Image[]): string[] =>
  all
    .filter(({ recipe }) => recipe === undefined)
    .map(reference)
    .sort();

test("every image of versions.ts is found, once and with its digest, and every chart in a container registry", () => {
  const k3s = [...Object.values(k3sImages), ...Object.values(k3sSystemImages), k3dToolsImage];
  const all = [...Object.values(images), ...Object.values(nodeImages), ...k3s, goImage];
  expect(all.length).toBeGreaterThan(15);
  const ociCharts = Object.values(charts)
    // The operator's version is named once for its chart and its definitions, and annotated there.
    .filter((chart) => chart.repository.startsWith("oci://") && chart !== charts.openbaoOperator)
    .map(({ repository, version }) => ({ repository: repository.replace("oci://", ""), tag: version }));
  expect(ociCharts.length).toBeGreaterThan(0);
  expect(found("versions.ts", "docker")).toEqual(fromRegistries([...all, ...ociCharts]));
});

test("every image of a chart is", () => {
  const all = Object.values(chartImages).flatMap((roles): Image[] => Object.values(roles));
  expect(all.length).toBeGreaterThan(5);
  expect(found("chart-images.ts", "docker")).toEqual(fromRegistries(all));
});

// A manifest's version follows from others: the Gateway API's from what the whole stack works with (config/gateway-api.ts),
// that of Traefik's definitions from its image, that of OpenBao's from its operator.
test("every chart of a repository is, but plain manifests", () => {
  const all = Object.values(charts).filter(
    (chart) => chart.repository.startsWith("https://") && !("manifest" in chart),
  );
  expect(found("versions.ts", "helm")).toEqual(all.map(({ name, version }) => `${name}:${version}`).sort());
});

test("an app's image in a stack file is, and versions:<key> is none", () => {
  const apps = "  api:\n    image: ghcr.io/acme/api:1.4.2\n  web: { image: versions:podinfo }\n";
  expect(found("Pulumi.prod.yaml", "docker", apps)).toEqual(["ghcr.io/acme/api:1.4.2"]);
});

/** Name and value of each line of versions.ts that a comment says a source of. */
const annotated = (): readonly { readonly source: string; readonly name: string; readonly value: string }[] => {
  const manager = customManagers.find(({ datasourceTemplate }) => datasourceTemplate === undefined);
  const pattern = new RegExp(manager?.matchStrings[0] ?? "", "g");
  return [...text("versions.ts").matchAll(pattern)].map(({ groups = {} }) => ({
    source: groups["datasource"] ?? "",
    name: groups["depName"] ?? "",
    value: groups["currentValue"] ?? "",
  }));
};

test("every tool and plugin is, but for a floor and for what follows another", () => {
  const { kindMinimum, nodeLanguageHost, ...proposed } = tools;
  expect([kindMinimum, nodeLanguageHost].length).toBe(2);
  const all = [charts.openbaoOperator.version, ...Object.values(proposed), ...Object.values(plugins), awsPlugin];
  expect(annotated().map(({ value }) => value)).toEqual(all);
  const npm = annotated().filter(({ source }) => source === "npm");
  for (const { name, value } of npm) expect(text("package.json")).toContain(`"${name}": "${value}"`);
});

const groups = packageRules.filter(({ groupName }) => groupName !== undefined);
const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith("/**") ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
const groupOf = (name: string): readonly string[] =>
  groups
    .filter(({ matchPackageNames = [] }) => matchPackageNames.some((pattern) => matches(pattern, name)))
    .map(({ groupName = "" }) => groupName);

test("a chart is proposed together with its images, and in one group only", () => {
  for (const [key, roles] of Object.entries(chartImages)) {
    // Istio's proxy is an image of two charts, under a name of its own.
    const chart = charts[key as keyof typeof charts] as { name: string; repository: string } | undefined;
    const name = chart?.repository.startsWith("oci://") ? chart.repository.replace("oci://", "") : chart?.name;
    if (chart && "manifest" in chart) continue;
    const names = [...(name ? [name] : []), ...Object.values(roles).map(({ repository }: Image) => repository)];
    expect([key, new Set(names.map((one) => groupOf(one).join()))]).toEqual([
      key,
      new Set([groupOf(names[0] ?? "")[0]]),
    ]);
  }
});

test("no group names what is not there", () => {
  const packages = JSON.parse(text("package.json")) as Record<string, Record<string, string>>;
  const modules = readdirSync(new URL("tools/go/", root)).map((folder) => text(`tools/go/${folder}/go.mod`));
  const known = [
    ...[...text("mise.toml").matchAll(/^(\w+) = /gm)].map(([, name = ""]) => name),
    ...["versions.ts", "chart-images.ts"]
      .flatMap((file) => found(file, "docker"))
      .map((one) => one.split(":")[0] ?? ""),
    ...found("versions.ts", "helm").map((one) => one.split(":")[0] ?? ""),
    ...annotated().map(({ name }) => name),
    ...Object.keys({ ...packages["dependencies"], ...packages["devDependencies"] }),
    ...modules.flatMap((file) => [...file.matchAll(/^(?:require )?\s*(\S+) v\d/gm)].map(([, name = ""]) => name)),
  ];
  const stale = groups
    .flatMap(({ matchPackageNames = [] }) => matchPackageNames)
    .filter((pattern) => !known.some((name) => matches(pattern, name)));
  expect(stale).toEqual([]);
});
