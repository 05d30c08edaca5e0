// Requests through the edge, as a client outside of the cluster makes them: by its host, with its root, and never without a check.
import { request as plainRequest } from "node:http";
import { type RequestOptions, request as tlsRequest } from "node:https";
import type { TLSSocket } from "node:tls";

export interface EdgeRequest {
  /** Of the page: what the certificate is checked against, and what is in the header Host. */
  readonly host: string;
  readonly port: number;
  /** PEM of the root that is trusted, and of no other. */
  readonly ca: string;
  /** With a query, if any. Default: / */
  readonly path?: string;
  /** Default: GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where to connect, whatever the host's name leads to. Default: 127.0.0.1 */
  readonly address?: string;
  /** For the whole exchange. Default: 15 000. */
  readonly timeoutMs?: number;
}

export interface EdgeAnswer {
  readonly status: number;
  /** Names in lower case; of a header that came more than once, all of it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Common name or organisation of who signed the certificate, and the names in it; empty over plain HTTP. */
  readonly certificate: { readonly issuer: string; readonly names: readonly string[] };
}

const certificateOf = (socket: unknown): EdgeAnswer["certificate"] => {
  const peer = (socket as Partial<TLSSocket>).getPeerCertificate?.();
  return {
    issuer: [peer?.issuer?.CN ?? peer?.issuer?.O ?? ""].flat().join(" "),
    names: (peer?.subjectaltname ?? "").split(", ").filter((name) => name !== ""),
  };
};

const exchange = (
  send: typeof tlsRequest,
  options: RequestOptions,
  { body, timeoutMs = 15_000 }: Pick<EdgeRequest, "body" | "timeoutMs">,
): Promise<EdgeAnswer> =>
  new Promise((resolve, reject) => {
    const request = send({ ...options, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const certificate = certificateOf(response.socket);
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
          ),
          body: Buffer.concat(chunks).toString("utf8"),
          certificate,
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });

const common = ({ host, port, address = "127.0.0.1", path = "/", method = "GET", headers = {} }: EdgeRequest) => ({
  host: address,
  port,
  path,
  method,
  headers: { host: `${host}:${port}`, ...headers },
  // A connection of its own, so that each is checked anew.
  agent: false as const,
});

/**
 * One request over TLS.
 *
 * @throws the error of the TLS library where the certificate is not of that root, or not for that host.
 */
export const edgeRequest = (args: EdgeRequest): Promise<EdgeAnswer> =>
  exchange(tlsRequest, { ...common(args), servername: args.host, ca: args.ca, rejectUnauthorized: true }, args);

/** The same without TLS. */
export const plainEdgeRequest = (args: Omit<EdgeRequest, "ca">): Promise<EdgeAnswer> =>
  exchange(plainRequest as typeof tlsRequest, common({ ...args, ca: "" }), args);
