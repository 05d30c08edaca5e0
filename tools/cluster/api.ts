// A small client for one API server, through the cluster's own kubeconfig: is it ready, and a few objects read or created.
import { Agent, request } from "node:https";
import { connectionOf } from "../../layers/cluster/kubeconfig.ts";

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Api {
  /** Undefined where nobody answered in time, or somebody else did: the server's certificate must be the kubeconfig's. */
  call(
    method: "GET" | "POST",
    path: string,
    options?: { body?: unknown; timeoutMs?: number },
  ): Promise<Reply | undefined>;
}

export const apiOf = (kubeconfig: string): Api => {
  const { server, ca, cert, key } = connectionOf(kubeconfig);
  // One connection for all: a TLS handshake costs more than the requests.
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, cert, key });
  return {
    call: (method, path, { body, timeoutMs = 2000 } = {}) =>
      new Promise((resolve) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const call = request(
          new URL(path, server),
          {
            method,
            agent,
            signal: AbortSignal.timeout(timeoutMs),
            // The second for the keys of the server's tokens, which it has in no other form.
            headers: {
              accept: "application/json, application/jwk-set+json",
              ...(text !== undefined && { "content-type": "application/json" }),
            },
          },
          (response) => {
            let reply = "";
            response.setEncoding("utf8");
            response.on("data", (part: string) => {
              reply += part;
            });
            response.on("end", () => resolve({ status: response.statusCode ?? 0, body: reply }));
            response.on("error", () => resolve(undefined));
          },
        );
        call.on("error", () => resolve(undefined));
        call.end(text);
      }),
  };
};

interface ObjectList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

const list = (reply: Reply | undefined): ObjectList["items"] =>
  reply?.status === 200 ? ((JSON.parse(reply.body) as ObjectList).items ?? []) : undefined;

/** `ready` only: what the API server says of itself. `healthy`: every node is Ready too. */
export const apiHealth = async (api: Api): Promise<"silent" | "ready" | "healthy"> => {
  const [readyz, nodes] = await Promise.all([
    api.call("GET", "/readyz"),
    api.call("GET", "/api/v1/nodes?resourceVersion=0"),
  ]);
  if (readyz?.status !== 200) return "silent";
  const items = list(nodes) ?? [];
  const ready = items.filter((node) =>
    node.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True"),
  );
  return items.length > 0 && ready.length === items.length ? "healthy" : "ready";
};

/** True where nobody has put anything into the cluster yet: such a one can be taken over by a state that knows nothing of it. */
export const isPristine = async (api: Api): Promise<boolean> => {
  const namespaces = list(await api.call("GET", "/api/v1/namespaces"));
  const own = ["default", "kube-node-lease", "kube-public", "kube-system", "local-path-storage"];
  return namespaces?.every((namespace) => own.includes(namespace.metadata?.name ?? "")) ?? false;
};
