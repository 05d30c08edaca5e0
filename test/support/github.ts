// A double of GitHub's API, as far as a comment on a pull request needs it: real HTTP, pages of two, and every request kept.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface PullRequest {
  readonly number: number;
  readonly state: "open" | "closed";
  /** owner:branch. */
  readonly head: string;
  readonly sha: string;
}

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly expired: boolean;
  readonly workflow_run: {
    readonly id: number;
    readonly head_branch: string;
    readonly repository_id: number;
    readonly head_repository_id: number;
  };
}

export interface Double {
  readonly url: string;
  readonly requests: Request[];
  /** Of each pull request. */
  readonly comments: Map<number, Comment[]>;
  close(): Promise<void>;
}

const perPage = 2;

const bodyOf = async (request: IncomingMessage): Promise<{ body: string }> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
};

export const startGitHub = async (
  repository: string,
  { pulls = [], artifacts = [] }: { readonly pulls?: readonly PullRequest[]; readonly artifacts?: readonly Artifact[] },
): Promise<Double> => {
  const requests: Request[] = [];
  const comments = new Map<number, Comment[]>(pulls.map(({ number }) => [number, []]));
  let lastId = 1000;

  const answer = async (request: IncomingMessage, url: URL): Promise<unknown> => {
    const at = url.pathname.slice(`/repos/${repository}/`.length);
    const [, number] = /^issues\/(\d+)\/comments$/.exec(at) ?? [];
    const [, id] = /^issues\/comments\/(\d+)$/.exec(at) ?? [];
    if (request.method === "GET" && at === "pulls")
      return pulls
        .filter(({ state, head }) => state === url.searchParams.get("state") && head === url.searchParams.get("head"))
        .map((pull) => ({ number: pull.number, state: pull.state, head: { sha: pull.sha } }));
    if (request.method === "GET" && at === "actions/artifacts") {
      const found = artifacts.filter(({ name }) => name === url.searchParams.get("name"));
      return { total_count: found.length, artifacts: found };
    }
    const list = comments.get(Number(number));
    if (request.method === "GET" && list) return list;
    if (request.method === "POST" && list) {
      const comment = { id: ++lastId, user: { login: "github-actions[bot]" }, ...(await bodyOf(request)) };
      list.push(comment);
      return comment;
    }
    const own = [...comments.values()].flat().find((comment) => comment.id === Number(id));
    if (request.method === "PATCH" && own) return Object.assign(own, await bodyOf(request));
    return undefined;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    requests.push({
      method: request.method ?? "",
      path: url.pathname,
      authorization: request.headers.authorization,
    });
    void answer(request, url).then((whole) => {
      if (whole === undefined) return response.writeHead(404).end('{"message":"Not Found"}');
      const page = Number(url.searchParams.get("page") ?? 1);
      const next = new URL(url);
      next.searchParams.set("page", String(page + 1));
      const isLong = Array.isArray(whole) && whole.length > page * perPage;
      return response
        .writeHead(200, {
          "content-type": "application/json",
          ...(isLong && { link: `<${next.href}>; rel="next"` }),
        })
        .end(JSON.stringify(Array.isArray(whole) ? whole.slice((page - 1) * perPage, page * perPage) : whole));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    comments,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
