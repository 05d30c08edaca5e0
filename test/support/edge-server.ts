// What answers at the edge, on 127.0.0.1: a server with TLS and one without.
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { Certificate } from "./certificates.ts";

export interface EdgeServer {
  readonly port: number;
  readonly plainPort: number;
  close(): void;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));

/** @param plain what is served without TLS; it is told the port for TLS. */
export const edgeServer = async (
  { certificate, key }: Certificate,
  answer: RequestListener,
  plain: (port: number) => RequestListener,
): Promise<EdgeServer> => {
  const tls = createTlsServer({ cert: certificate, key }, answer);
  const port = await listen(tls);
  const http = createServer(plain(port));
  const plainPort = await listen(http);
  return {
    port,
    plainPort,
    close: () => {
      for (const server of [tls, http]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
};
