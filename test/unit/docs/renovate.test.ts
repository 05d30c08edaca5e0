// renovate.json against the files that it reads: an image that no pattern finds would never be proposed again.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chartImages } from "../../../chart-images.ts";
import { charts, goImage, images, k3dToolsImage, k3sImages, k3sSystemImages, nodeImages } from "../../../versions.ts";

interface Manager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly datasourceTemplate: string;
}

const root = new URL("../../../", import.meta.url);
const text = (file: string): string => readFileSync(new URL(file, root), "utf8");
const { customManagers } = JSON.parse(text("renovate.json")) as { customManagers: readonly Manager[] };

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

test("every image of versions.ts is found, once and with its digest", () => {
  const k3s = [...Object.values(k3sImages), ...Object.values(k3sSystemImages), k3dToolsImage];
  const all = [...Object.values(images), ...Object.values(nodeImages), ...k3s, goImage];
  expect(all.length).toBeGreaterThan(15);
  expect(found("versions.ts", "docker")).toEqual(fromRegistries(all));
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
