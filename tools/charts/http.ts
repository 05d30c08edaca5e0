// One GET, whole in memory and bounded in time and size: charts and their indexes are small.
export type Fetch = typeof fetch;

export interface Request {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** After redirects. */
  readonly url: string;
}

const answerSeconds = 15;
const totalSeconds = 120;
/** The largest public index has 25 MB; an endless answer must not fill the memory. */
const limitBytes = 64 << 20;

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
};

/** Any answer, whatever its status. Throws an Error with the reason where there is none. */
export const get = async ({ url, headers = {}, fetch }: Request): Promise<Answer> => {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), answerSeconds * 1000);
  const deadline = AbortSignal.timeout(totalSeconds * 1000);
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([silence.signal, deadline]) });
    clearTimeout(timer);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > limitBytes) throw new Error(`answered more than ${limitBytes >> 20} MB`);
      chunks.push(chunk);
    }
    return { status: response.status, headers: response.headers, body: Buffer.concat(chunks), url: response.url };
  } catch (error) {
    if (silence.signal.aborted) throw new Error(`${url}: no answer within ${answerSeconds} s`);
    if (deadline.aborted) throw new Error(`${url}: not done within ${totalSeconds} s`);
    throw new Error(`${url}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
};

/** The body of a good answer. Throws with the status of any other. */
export const getOk = async (request: Request): Promise<Answer> => {
  const answer = await get(request);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`${request.url} answered ${answer.status}`);
};
