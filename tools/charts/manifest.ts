// A publisher's plain manifest, packed into a chart: so it comes by the same way, and one release owns, upgrades and removes its objects.
import { gunzipSync, gzipSync } from "node:zlib";
import { tar, tarEntries } from "../image/tar.ts";
import { type Chart, manifestUrl } from "./chart.ts";
import { type Fetch, getOk } from "./http.ts";

const limitBytes = 64 << 20;

const chartYaml = ({ name, version }: Chart): string =>
  `apiVersion: v2\nname: ${name}\nversion: ${version}\ndescription: The manifest of its publisher, packed by strata\n`;

/** The text goes in as a value: braces in it are no template. */
const template = '{{ .Files.Get "manifest.yaml" }}\n';

const archive = (chart: Chart, manifest: Buffer): Buffer =>
  Buffer.concat(
    tar([
      { name: `${chart.name}/Chart.yaml`, content: chartYaml(chart) },
      { name: `${chart.name}/manifest.yaml`, content: manifest },
      { name: `${chart.name}/templates/manifest.yaml`, content: template },
    ]),
  );

/** The chart's .tgz. The same manifest makes the same tar file, whatever the compression does. */
export const packManifest = (chart: Chart, manifest: Buffer): Buffer => gzipSync(archive(chart, manifest));

/** The manifest in a .tgz; undefined where it holds anything but what `packManifest` puts there. */
export const manifestOf = (data: Buffer, chart: Chart): Buffer | undefined => {
  try {
    const packed = gunzipSync(data, { maxOutputLength: limitBytes });
    const readAt = (position: number, length: number): Buffer => packed.subarray(position, position + length);
    const entry = [...tarEntries(readAt, packed.length)].find(({ name }) => name === `${chart.name}/manifest.yaml`);
    const manifest = entry && readAt(entry.offset, entry.size);
    return manifest && archive(chart, manifest).equals(packed) ? manifest : undefined;
  } catch {
    return undefined;
  }
};

/** Bytes of the chart around a manifest. Throws an Error with the reason. */
export const fromManifest = async (chart: Chart, fetch: Fetch): Promise<Buffer> => {
  const { body } = await getOk({ url: manifestUrl(chart) ?? "", fetch });
  return packManifest(chart, body);
};
