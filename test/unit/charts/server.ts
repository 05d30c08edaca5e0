// A chart repository and a registry on this machine, which remember what they were asked for.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";
import { sha256Of } from "../../../tools/charts/sha256.ts";

interface Entry {
  readonly version: string;
  readonly urls?: readonly string[];
  readonly digest?: string;
}

interface OciChart {
  readonly data: Buffer;
  readonly tag?: string;
  /** Token that the registry wants; left out: none. */
  readonly token?: string;
  /** In place of the registry's usual one. */
  readonly challenge?: string;
  readonly mediaType?: string;
}

export interface ChartServer {
  readonly url: string;
  readonly host: string;
  /** Paths, in order. */
  readonly requests: readonly string[];
  file(path: string, content: Buffer | string): void;
  index(entries: Readonly<Record<string, readonly Entry[]>>): void;
  /** A chart at acme/tiny. */
  oci(chart: OciChart): void;
  close(): Promise<void>;
}

export const chartServer = async (): Promise<ChartServer> => {
  const requests: string[] = [];
  const files = new Map<string, Buffer | string>();
  let challenge: string | undefined;
  let token: string | undefined;
  const answer = (response: ServerResponse, path: string, authorization: string | undefined): void => {
    if (path.startsWith("/token?")) response.end(JSON.stringify({ token }));
    else if (path.startsWith("/v2/") && challenge !== undefined && authorization !== `Bearer ${token}`)
      response.writeHead(401, { "www-authenticate": challenge }).end();
    else if (files.has(path)) response.end(files.get(path));
    else response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    answer(response, request.url ?? "", request.headers.authorization);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;
  return {
    url,
    host,
    requests,
    file: (path, content) => void files.set(path, content),
    index: (entries) => void files.set("/charts/index.yaml", stringify({ apiVersion: "v1", entries })),
    oci: (chart) => {
      const mediaType = chart.mediaType ?? "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
      const digest = `sha256:${sha256Of(chart.data)}`;
      token = chart.token;
      challenge =
        chart.challenge ??
        (token && `Bearer realm="${url}/token",service="registry",scope="repository:acme/tiny:pull"`);
      files.set(`/v2/acme/tiny/manifests/${chart.tag ?? "1.2.3"}`, JSON.stringify({ layers: [{ mediaType, digest }] }));
      files.set(`/v2/acme/tiny/blobs/${digest}`, chart.data);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
