// A real OpenBao server as the operator configures one: raft on a disk, a static key that unseals it, TLS by an authority of its own, and
// requests that it runs at its first start. On 127.0.0.1, in a folder that goes with it.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as httpsRequest } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openbaoNames } from "../../../lib/openbao.ts";
import { type Authority, testAuthority } from "../certificates.ts";
import { initializeBlock, initializeBlocks, type SelfInitRequest } from "./hcl.ts";

export interface BaoOptions {
  /** Path of the program, of installBao. */
  readonly program: string;
  /** The cluster's own requests. */
  readonly requests: readonly SelfInitRequest[];
  /** The operator's, in a stanza before them. */
  readonly operator?: readonly SelfInitRequest[];
  /** Folder of another server, which has ended: its data, key and certificate are taken over. An empty one is filled. Default: one that goes with the server. */
  readonly folder?: string;
  /** Default: one of its own. */
  readonly authority?: Authority;
  /** Name of the cluster, for its certificate. Default: bao. */
  readonly cluster?: string;
}

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  readonly bytes: Buffer;
}

export interface AuditedRequest {
  readonly operation: string;
  readonly path: string;
  readonly error: string | undefined;
}

export interface RequestOptions {
  readonly token?: string;
  /** A Buffer is sent as it is, all else as JSON. */
  readonly body?: unknown;
}

export interface BaoServer {
  /** https://127.0.0.1:<port>. */
  readonly address: string;
  /** Certificate of the authority, PEM. */
  readonly ca: string;
  /** The same as a file. */
  readonly caFile: string;
  readonly folder: string;
  /** What the server printed so far. */
  log(): string;
  /** Every request that it answered, in order, from its audit log. What was sent in them is hashed there. */
  requests(): readonly AuditedRequest[];
  /** Asks its API, for example "secret/data/x". Answers of any status come back; only no answer throws. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Logs in with a token of a service account and gives OpenBao's. Throws with the server's own words where it refuses. */
  login(jwt: string, role?: string, mount?: string): Promise<string>;
  /** Ends the process and keeps the folder, for a next server. */
  stop(): Promise<void>;
  /** Ends the process and deletes the folder. */
  close(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });

const configuration = (folder: string, port: number, clusterPort: number, options: BaoOptions): string => `
ui           = false
cluster_name = "${options.cluster ?? "bao"}"
api_addr     = "https://127.0.0.1:${port}"
cluster_addr = "https://127.0.0.1:${clusterPort}"
log_level    = "debug"
listener "tcp" {
  address            = "127.0.0.1:${port}"
  cluster_address    = "127.0.0.1:${clusterPort}"
  tls_cert_file      = "${folder}/tls.crt"
  tls_key_file       = "${folder}/tls.key"
  tls_client_ca_file = "${folder}/ca.crt"
}
seal "static" {
  current_key    = "file://${folder}/unseal.key"
  current_key_id = "operator-generated-v1"
}
audit "file" "requests" {
  options {
    file_path = "${folder}/audit.log"
  }
}
storage "raft" {
  path                   = "${folder}/data"
  node_id                = "bao-0"
  performance_multiplier = 1
}
${options.operator === undefined ? "" : initializeBlock("operator-bootstrap", options.operator)}${initializeBlocks(options.requests)}`;

const prepare = (options: BaoOptions): string => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "strata-openbao-"));
  if (existsSync(join(folder, "data"))) return folder;
  const authority = options.authority ?? testAuthority();
  const names = openbaoNames(options.cluster ?? "bao");
  const { certificate, key } = authority.issue(["127.0.0.1", "localhost", names.tlsServerName, names.serviceHost]);
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "unseal.key"), randomBytes(32), { mode: 0o600 });
  writeFileSync(join(folder, "ca.crt"), authority.certificate);
  writeFileSync(join(folder, "tls.crt"), certificate);
  writeFileSync(join(folder, "tls.key"), key, { mode: 0o600 });
  return folder;
};

const audited = (folder: string): AuditedRequest[] =>
  readFileSync(join(folder, "audit.log"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { type: string; error?: string; request: { operation: string; path: string } })
    .filter(({ type }) => type === "response")
    .map(({ error, request: { operation, path } }) => ({ operation, path, error }));

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Started, initialized, unsealed and leading. Throws with the server's log where it does not come that far. */
export const startBao = async (options: BaoOptions): Promise<BaoServer> => {
  const folder = prepare(options);
  const [port, clusterPort] = [await freePort(), await freePort()];
  const file = join(folder, "config.hcl");
  writeFileSync(file, configuration(folder, port, clusterPort, options), { mode: 0o600 });
  const child = spawn(options.program, ["server", "-config", file], {
    env: { PATH: process.env["PATH"], HOME: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      words += chunk;
    });
  const gone = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const address = `https://127.0.0.1:${port}`;
  const ca = readFileSync(join(folder, "ca.crt"), "utf8");
  // A connection that is kept would hold the server's end back.
  const agent = new Agent({ ca, keepAlive: false });

  const request = (method: string, path: string, { token, body }: RequestOptions = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = Buffer.isBuffer(body) || body === undefined ? body : Buffer.from(JSON.stringify(body));
      const asked = httpsRequest(
        `${address}/v1/${path}`,
        { method, agent, headers: token === undefined ? {} : { "X-Vault-Token": token }, timeout: 20_000 },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const bytes = Buffer.concat(chunks);
            const json = response.headers["content-type"]?.includes("application/json") && bytes.length > 0;
            resolve({
              status: response.statusCode ?? 0,
              body: json ? (JSON.parse(bytes.toString()) as unknown) : undefined,
              bytes,
            });
          });
        },
      );
      asked.on("error", reject);
      asked.on("timeout", () => asked.destroy(new Error(`${method} ${path}: no answer in 20 s`)));
      asked.end(sent);
    });

  const stop = async (): Promise<void> => {
    if (!ended(child)) child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(killer);
  };
  const close = async (): Promise<void> => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };

  const end = Date.now() + 40_000;
  for (;;) {
    const health = await request("GET", "sys/health").catch(() => undefined);
    // 200: initialized, unsealed and the leader.
    if (health?.status === 200) break;
    if (ended(child) || Date.now() > end) {
      const said = words.slice(-4000);
      if (options.folder === undefined) await close();
      else await stop();
      throw new Error(`OpenBao did not start: ${said}`);
    }
    await sleep(100);
  }
  return {
    address,
    ca,
    caFile: join(folder, "ca.crt"),
    folder,
    log: () => words,
    requests: () => audited(folder),
    request,
    async login(jwt, role = "admin", mount = "jwt") {
      const { status, body } = await request("POST", `auth/${mount}/login`, { body: { role, jwt } });
      const { auth, errors } = (body ?? {}) as { auth?: { client_token: string }; errors?: readonly string[] };
      if (auth === undefined) throw new Error(`${status}: ${errors?.join("; ") ?? "no token"}`);
      return auth.client_token;
    },
    stop,
    close,
  };
};
