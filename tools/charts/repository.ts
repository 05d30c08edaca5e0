// A chart out of an https repository: the index says where the file is and which digest it has.
import { parse } from "yaml";
import type { Chart } from "./chart.ts";
import { type Fetch, getOk } from "./http.ts";
import { sha256Of } from "./sha256.ts";

interface Entry {
  readonly version?: string;
  readonly digest?: string;
  readonly urls?: readonly string[];
}

interface Located {
  readonly url: string;
  readonly digest?: string;
}

const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

/** Where an index says that the chart is. Throws where it has no such version. */
export const locateInIndex = (index: string, chart: Chart): Located => {
  const { name, version, repository } = chart;
  let entries: Readonly<Record<string, readonly Entry[] | undefined>> | undefined;
  try {
    entries = (parse(index) as { entries?: typeof entries } | null)?.entries;
  } catch {
    throw new Error("its index.yaml is not YAML");
  }
  if (typeof entries !== "object" || entries === null) throw new Error("its index.yaml lists no charts");
  const versions = entries[name];
  if (!versions) throw new Error(`its index.yaml has no chart ${name}`);
  const entry = versions.find((candidate) => candidate.version === version);
  if (!entry) {
    const known = versions.slice(0, 3).map((candidate) => candidate.version);
    throw new Error(`its index.yaml has no ${name} ${version}; the first it has: ${known.join(", ")}`);
  }
  const [url] = entry.urls ?? [];
  if (url === undefined) throw new Error(`its index.yaml names no file of ${name} ${version}`);
  const digest = entry.digest?.replace(/^sha256:/, "");
  return { url: new URL(url, withSlash(repository)).href, ...(digest && { digest }) };
};

/** Bytes of the chart's file. Throws an Error with the reason. */
export const fromRepository = async (chart: Chart, fetch: Fetch): Promise<Buffer> => {
  const index = await getOk({ url: new URL("index.yaml", withSlash(chart.repository)).href, fetch });
  const { url, digest } = locateInIndex(index.body.toString("utf8"), chart);
  const { body } = await getOk({ url, fetch });
  const actual = sha256Of(body);
  if (digest !== undefined && actual !== digest)
    throw new Error(`${url} has the sha256 ${actual}, and the repository's index says ${digest}`);
  return body;
};
