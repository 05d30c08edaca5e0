// One request over TLS to a port on this machine, with the certificate checked for the name that the server must have.
import { request } from "node:https";

export interface HttpsCall {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** PEM of the only root that is trusted. */
  readonly ca: string;
  /** Name that the certificate must have. */
  readonly serverName: string;
  /** Host header. Default: serverName. */
  readonly host?: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly text: string;
}

const timeoutMs = 15_000;

/** @throws Error for a connection that is refused, a certificate that is not the right one, or no answer within 15 s. */
export const httpsCall = ({
  port,
  ca,
  serverName,
  host,
  method,
  path,
  headers,
  body,
}: HttpsCall): Promise<HttpsAnswer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        ca,
        servername: serverName,
        agent: false,
        headers: {
          ...headers,
          host: host ?? serverName,
          ...(body !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
