// A plain manifest as a chart: from a server on this machine, and what is refused of a file that claims to be one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Chart } from "../../../tools/charts/chart.ts";
import { obtainChart } from "../../../tools/charts/ensure.ts";
import { manifestOf, packManifest } from "../../../tools/charts/manifest.ts";
import { sha256Of } from "../../../tools/charts/sha256.ts";
import { tar } from "../../../tools/image/tar.ts";
import { type ChartServer, chartServer } from "./server.ts";

const manifest = Buffer.from(
  "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { text: '{{ no template }}' }\n",
);

let folder: string;
let server: ChartServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "strata-manifest-"));
  server = await chartServer();
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const chart = (more: Partial<Chart> = {}): Chart => ({
  key: "plain",
  repository: `${server.url}/download`,
  name: "plain",
  version: "v1.2.3",
  manifest: "install.yaml",
  sha256: sha256Of(manifest),
  ...more,
});

const file = (origin: string): string => join(folder, origin, "plain-v1.2.3.tgz");
const put = (origin: string, data: Buffer): void => {
  mkdirSync(dirname(file(origin)), { recursive: true });
  writeFileSync(file(origin), data);
};
const obtain = (wanted: Chart) =>
  obtainChart(wanted, { root: join(folder, "project"), cache: join(folder, "cache"), dir: join(folder, "mirror") });

const forged = (): Buffer =>
  gzipSync(
    Buffer.concat(
      tar([
        { name: "plain/manifest.yaml", content: manifest },
        { name: "plain/templates/more.yaml", content: "kind: ClusterRoleBinding" },
      ]),
    ),
  );

test("one that is nowhere tells its address and who packs it", async () => {
  const wanted = chart();
  await expect(obtain(wanted)).rejects.toThrow(
    `repository ${server.url}/download/v1.2.3/install.yaml: ${server.url}/download/v1.2.3/install.yaml answered 404`,
  );
  await expect(obtain(wanted)).rejects.toThrow(
    "on a machine that reaches it: npm run mirror STACK -- --out DIR, which packs it into DIR/charts",
  );
});

test("another text under its address is refused", async () => {
  server.file("/download/v1.2.3/install.yaml", "kind: Secret");
  await expect(obtain(chart())).rejects.toThrow(
    `the file has the sha256 ${sha256Of(Buffer.from("kind: Secret"))}, and versions.ts says ${sha256Of(manifest)}`,
  );
});

test("a chart in the mirror with more in it than the manifest is refused, with or without a sha256", async () => {
  put("mirror", forged());
  await expect(obtain(chart())).rejects.toThrow("the file is no chart that strata packed around install.yaml");
  const { sha256: _sha256, ...unlocked } = chart();
  await expect(obtain(unlocked)).rejects.toThrow("the file is no chart that strata packed around install.yaml");
  expect(manifestOf(Buffer.from("no gzip"), chart())).toBeUndefined();
});

test("it is fetched once, and packed so that its braces are no template", async () => {
  server.file("/download/v1.2.3/install.yaml", manifest);
  expect(await obtain(chart())).toMatchObject({ path: ".strata/charts/plain-v1.2.3.tgz", origin: "repository" });
  const packed = readFileSync(join(folder, "project", ".strata", "charts", "plain-v1.2.3.tgz"));
  expect(manifestOf(packed, chart())).toEqual(manifest);
  expect(gunzipSync(packed).toString()).toContain('{{ .Files.Get "manifest.yaml" }}');
  expect(packManifest(chart(), manifest)).toEqual(packed);
  expect((await obtain(chart())).origin).toBe("project");
  expect(server.requests).toEqual(["/download/v1.2.3/install.yaml"]);
});

test("a mirror folder serves it, however it was compressed", async () => {
  put("mirror", gzipSync(gunzipSync(packManifest(chart(), manifest)), { level: 1 }));
  expect((await obtain(chart())).origin).toBe("mirror");
  expect(server.requests).toEqual([]);
});
