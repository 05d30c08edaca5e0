// A chart out of an OCI registry: a manifest by tag, and in it the one layer that is the chart's file.
import type { Chart } from "./chart.ts";
import { type Answer, type Fetch, get } from "./http.ts";
import { sha256Of } from "./sha256.ts";

const chartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const manifestType = "application/vnd.oci.image.manifest.v1+json";

interface Place {
  /** https://registry/v2/repository */
  readonly base: string;
  readonly tag: string;
}

const isLoopback = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);

/** `oci://registry/path` of the chart itself. A registry on this machine is spoken to without TLS, as container engines do. */
export const ociPlace = ({ repository, version }: Pick<Chart, "repository" | "version">): Place => {
  const [, host = "", path = ""] = /^oci:\/\/([^/]+)\/(.+?)\/?$/.exec(repository) ?? [];
  if (host === "") throw new Error(`${repository} is no oci://registry/repository`);
  // A tag may hold no plus sign; helm pushes build metadata with an underscore.
  return { base: `${isLoopback(host) ? "http" : "https"}://${host}/v2/${path}`, tag: version.replaceAll("+", "_") };
};

/** Address that hands out a token, from a registry's `WWW-Authenticate`; undefined where it wants something else. */
export const tokenUrl = (challenge: string): string | undefined => {
  const [, parameters = ""] = /^Bearer\s+(.*)$/i.exec(challenge) ?? [];
  const found = Object.fromEntries([...parameters.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const { realm, ...rest } = found as { realm?: string } & Record<string, string>;
  if (realm === undefined) return undefined;
  const url = new URL(realm);
  for (const [key, value] of Object.entries(rest))
    if (key === "service" || key === "scope") url.searchParams.set(key, value);
  return url.href;
};

const parse = <T>({ body, url }: Answer): T => {
  try {
    return JSON.parse(body.toString("utf8")) as T;
  } catch {
    throw new Error(`${url} answered no JSON`);
  }
};

const ok = (answer: Answer, what: string): Answer => {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(answer.status === 404 ? `it has no ${what}` : `the ${what} was answered with ${answer.status}`);
};

/** Asks for the chart without credentials: for a token that everybody gets, where the registry wants one. */
const authorised = (fetch: Fetch) => {
  let authorization: Readonly<Record<string, string>> = {};
  return async (url: string, accept?: string): Promise<Answer> => {
    const headers = { ...(accept && { accept }), ...authorization };
    const answer = await get({ url, headers, fetch });
    if (answer.status !== 401) return answer;
    const where = tokenUrl(answer.headers.get("www-authenticate") ?? "");
    if (where === undefined) throw new Error("it wants credentials, and charts are fetched without any");
    const given = ok(await get({ url: where, fetch }), "token");
    const { token, access_token } = parse<{ token?: string; access_token?: string }>(given);
    authorization = { authorization: `Bearer ${token ?? access_token}` };
    return get({ url, headers: { ...headers, ...authorization }, fetch });
  };
};

interface Manifest {
  readonly layers?: readonly { readonly mediaType?: string; readonly digest?: string }[];
}

/** Bytes of the chart's file. Throws an Error with the reason. */
export const fromOci = async (chart: Chart, fetch: Fetch): Promise<Buffer> => {
  const { base, tag } = ociPlace(chart);
  const ask = authorised(fetch);
  const manifest = parse<Manifest>(ok(await ask(`${base}/manifests/${tag}`, manifestType), `tag ${tag}`));
  const digest = manifest.layers?.find(({ mediaType }) => mediaType === chartLayer)?.digest;
  if (digest === undefined) throw new Error(`what has the tag ${tag} is no chart`);
  const { body } = ok(await ask(`${base}/blobs/${digest}`), `layer ${digest}`);
  const actual = `sha256:${sha256Of(body)}`;
  if (actual !== digest) throw new Error(`its layer ${digest} came as ${actual}`);
  return body;
};
