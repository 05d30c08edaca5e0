// Where the pages of the edge are found.
import type { Edge, EdgePage } from "./handles.ts";

/** Base URL without a slash at its end; undefined for a page that the edge does not stand before. */
export const edgeUrl = (edge: Pick<Edge, "host" | "port"> | undefined, page: EdgePage): string | undefined => {
  const host = edge?.host(page);
  if (edge === undefined || host === undefined) return undefined;
  return `https://${host}${edge.port === 443 ? "" : `:${edge.port}`}`;
};

const pages: readonly EdgePage[] = ["openbao", "argocd", "grafana", "prometheus", "alertmanager", "redpandaConsole"];

/** Page to its base URL, of those that the edge stands before. */
export const edgeUrls = (edge: Pick<Edge, "host" | "port"> | undefined): Record<string, string> =>
  Object.fromEntries(
    pages.flatMap((page) => {
      const url = edgeUrl(edge, page);
      return url === undefined ? [] : [[page, url]];
    }),
  );
