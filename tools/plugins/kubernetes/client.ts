// HTTP to the API server: kept-alive connections, a rate limit, errors as the server words them.
// A cancel does not cut requests off: a write whose answer is lost would leave an object that no state knows.

import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { RequestOptions } from "node:https";
import { Agent, request as httpsRequest } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { isObject, type Properties, stringAt, type Value } from "../rpc/values.ts";

/** The API server answered with an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  readonly reason: string;
  readonly body: Value;

  constructor(code: number, body: Value, text: string) {
    super(stringAt(body, "message") ?? (text.trim() || `the API server answered with status ${code}`));
    this.code = code;
    this.reason = stringAt(body, "reason") ?? "";
    this.body = body;
  }
}

/** No answer came: refused, reset, timed out, name unknown. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly refused: boolean;
  /** A kept-alive connection that the server had closed. */
  readonly stale: boolean;
  /** The server went away in the middle. */
  readonly broken: boolean;

  constructor(message: string, cause: { refused?: boolean; stale?: boolean; broken?: boolean } = {}) {
    super(message);
    this.refused = cause.refused ?? false;
    this.stale = cause.stale ?? false;
    this.broken = cause.broken ?? false;
  }
}

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Value;
  readonly contentType?: string;
  readonly timeoutSeconds?: number;
}

export interface ClientOptions {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly timeoutSeconds: number;
}

const maxConnections = 64;

/** How long an API server that has answered may be away: it was restarted, or is busy with its own start. */
const awayMs = 30_000;
const firstPauseMs = 100;
const longestPauseMs = 1_000;

/** Passes by itself: nobody listens now, or the server asks for patience. Every request here can be repeated. */
const passes = (error: unknown): boolean =>
  error instanceof ConnectionError
    ? error.refused || error.broken
    : error instanceof ApiError && (error.code === 429 || error.code === 503);

/** Lets `burst` requests through at once and `rate` a second after that, in order. */
export class RateLimiter {
  private readonly rate: number;
  private readonly burst: number;
  private readonly now: () => number;
  private nextFree = 0;

  constructor(rate: number, burst: number, now: () => number = () => performance.now() / 1000) {
    this.rate = rate;
    this.burst = burst;
    this.now = now;
  }

  /** Seconds to wait before the next request may go. */
  reserve(): number {
    const time = this.now();
    this.nextFree = Math.max(this.nextFree, time - this.burst / this.rate) + 1 / this.rate;
    return Math.max(0, this.nextFree - time);
  }
}

export class ApiClient {
  private readonly config: KubeConfig;
  private readonly server: URL;
  private readonly limiter: RateLimiter;
  private readonly timeoutSeconds: number;
  private readonly agent: Agent | HttpAgent;
  private connection: Promise<RequestOptions> | undefined;
  /** It has answered since it was last given up: only then is it waited for, so that a dead cluster costs no time. */
  private answers = false;

  constructor(config: KubeConfig, options: ClientOptions) {
    this.config = config;
    this.server = new URL(config.getCurrentCluster()?.server ?? "");
    this.limiter = new RateLimiter(options.requestsPerSecond, options.burst);
    this.timeoutSeconds = options.timeoutSeconds || 60;
    const pool = {
      keepAlive: true,
      maxSockets: maxConnections,
      maxFreeSockets: maxConnections,
      scheduling: "lifo",
    } as const;
    this.agent = this.server.protocol === "http:" ? new HttpAgent(pool) : new Agent(pool);
  }

  private async options(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await this.config.applyToHTTPSOptions(options);
    // client-node makes an agent of its own, without kept-alive connections.
    return { ...options, agent: this.agent };
  }

  /** Sends a request and returns the parsed answer. Throws ApiError or ConnectionError. */
  async send(request: ApiRequest): Promise<Properties> {
    const text = await this.text(request);
    const parsed = JSON.parse(text) as Value;
    return isObject(parsed) ? parsed : {};
  }

  async text(request: ApiRequest): Promise<string> {
    const wait = this.limiter.reserve();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    // Credentials of exec and OIDC users expire, so client-node is asked again; static ones are taken once.
    const dynamic = this.config.getCurrentUser()?.exec ?? this.config.getCurrentUser()?.authProvider;
    this.connection ??= this.options();
    const options = dynamic ? await this.options() : await this.connection;
    try {
      return await this.patiently(request, options);
    } catch (error) {
      // The server may close a kept-alive connection in the moment it is used again.
      if (error instanceof ConnectionError && error.stale) return this.exchange(request, options);
      throw error;
    }
  }

  /** Repeats what passes by itself for a while: one restart of the API server is no reason for a whole run to fail. */
  private async patiently(request: ApiRequest, options: RequestOptions): Promise<string> {
    const end = performance.now() + awayMs;
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        const text = await this.exchange(request, options);
        this.answers = true;
        return text;
      } catch (error) {
        if (error instanceof ApiError && error.code < 500) this.answers = true;
        if (!this.answers || !passes(error)) throw error;
        if (performance.now() + pause > end) {
          this.answers = false;
          throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  private exchange(request: ApiRequest, options: RequestOptions): Promise<string> {
    const url = new URL(`${this.server.pathname.replace(/\/$/, "")}${request.path}`, this.server);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const timeoutSeconds = request.timeoutSeconds ?? this.timeoutSeconds;
    return new Promise((resolve, reject) => {
      const send = url.protocol === "http:" ? httpRequest : httpsRequest;
      const outgoing = send(
        url,
        {
          ...options,
          method: request.method ?? "GET",
          headers: {
            ...(options.headers as Record<string, string> | undefined),
            accept: "application/json",
            ...(body && { "content-type": request.contentType ?? "application/json", "content-length": body.length }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", fail);
          response.on("end", () => {
            clearTimeout(timer);
            const text = Buffer.concat(chunks).toString("utf8");
            const code = response.statusCode ?? 0;
            if (code < 400) resolve(text);
            else reject(new ApiError(code, parse(text), text));
          });
        },
      );
      const fail = (error: Error & { code?: string }): void => {
        clearTimeout(timer);
        const broken = error.code === "ECONNRESET" || error.code === "EPIPE";
        reject(
          new ConnectionError(`${url.origin}: ${error.message}`, {
            refused: error.code === "ECONNREFUSED",
            stale: outgoing.reusedSocket && broken,
            broken,
          }),
        );
      };
      const timer = setTimeout(() => {
        outgoing.destroy(new Error(`no answer within ${timeoutSeconds} s`));
      }, timeoutSeconds * 1000);
      outgoing.on("error", fail);
      outgoing.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

const parse = (text: string): Value => {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return null;
  }
};

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;
