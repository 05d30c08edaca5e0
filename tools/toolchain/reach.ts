// Whether a host on the internet answers, asked once per run and host: a machine without internet must not wait for each download.

/** Milliseconds that a host has for its first answer. */
const connectTimeoutMs = 2500;

export type Fetch = typeof fetch;

export class Reach {
  readonly #hosts = new Map<string, Promise<boolean>>();
  readonly #fetch: Fetch;
  readonly #offline: boolean;

  constructor(options: { readonly offline?: boolean; readonly fetch?: Fetch } = {}) {
    this.#offline = options.offline ?? false;
    this.#fetch = options.fetch ?? fetch;
  }

  /** True where the host of that URL gave any HTTP answer. */
  reaches(url: string): Promise<boolean> {
    if (this.#offline) return Promise.resolve(false);
    const { origin } = new URL(url);
    const known = this.#hosts.get(origin);
    if (known) return known;
    const answer = this.#fetch(origin, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(connectTimeoutMs),
    }).then(
      () => true,
      () => false,
    );
    this.#hosts.set(origin, answer);
    return answer;
  }

  /** Gives the whole host up, after a download from it broke off. */
  lost(url: string): void {
    this.#hosts.set(new URL(url).origin, Promise.resolve(false));
  }
}
