// An admin API in memory: as much of Garage v2 as the setup script uses, with Garage's status codes and its pretty-printed JSON.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const node = "a1".repeat(32);

interface Role {
  readonly id: string;
  readonly zone: string;
  readonly capacity: number;
  readonly tags: string[];
}

export class FakeGarage {
  readonly calls: string[] = [];
  readonly keys = new Map<string, string>();
  readonly buckets = new Map<string, string>();
  readonly allowed: string[] = [];
  role: Role | undefined;
  staged: Role | undefined;
  version = 0;
  /** Answers given instead of the real one, by endpoint. */
  readonly broken = new Map<string, { status: number; body: string }>();
  readonly #server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://fake");
      const { status, answer } = this.#answer(request.headers.authorization, url, body);
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer, undefined, 2));
    });
  });

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(authorization: string | undefined, url: URL, body: string): { status: number; answer: unknown } {
    const endpoint = url.pathname.replace("/v2/", "");
    this.calls.push(endpoint);
    const broken = this.broken.get(endpoint);
    if (broken) return { status: broken.status, answer: broken.body };
    if (authorization !== "Bearer the-token")
      return { status: 403, answer: { code: "AccessDenied", message: "Invalid token" } };
    const input = body === "" ? {} : JSON.parse(body);
    const missing = (what: string) => ({
      status: 404,
      answer: { code: `NoSuch${what}`, message: `${what} not found` },
    });
    const ok = (answer: unknown) => ({ status: 200, answer });
    switch (endpoint) {
      case "GetNodeInfo":
        return ok({ success: { [node]: { nodeId: node, garageVersion: "v2" } }, error: {} });
      case "UpdateClusterLayout": {
        const [role] = input.roles as [Role];
        this.staged = JSON.stringify(role) === JSON.stringify(this.role) ? undefined : role;
        return ok({
          version: this.version,
          roles: this.role ? [this.role] : [],
          stagedRoleChanges: this.staged ? [this.staged] : [],
        });
      }
      case "ApplyClusterLayout":
        if (input.version !== this.version + 1)
          return { status: 400, answer: { message: "Invalid new layout version" } };
        this.version = input.version;
        this.role = this.staged;
        return ok({ message: ["applied"] });
      case "GetClusterHealth":
        return ok({ status: this.role ? "healthy" : "unavailable" });
      case "GetKeyInfo": {
        const id = url.searchParams.get("id") ?? "";
        return this.keys.has(id) ? ok({ accessKeyId: id, buckets: [] }) : missing("AccessKey");
      }
      case "ImportKey":
        this.keys.set(input.accessKeyId, input.secretAccessKey);
        return ok({ accessKeyId: input.accessKeyId });
      case "GetBucketInfo": {
        const id = this.buckets.get(url.searchParams.get("globalAlias") ?? "");
        return id ? ok({ id, globalAliases: [], keys: [{ accessKeyId: "GK00" }] }) : missing("Bucket");
      }
      case "CreateBucket": {
        const id = String(this.buckets.size + 1).padStart(64, "0");
        this.buckets.set(input.globalAlias, id);
        return ok({ id, globalAliases: [input.globalAlias], keys: [] });
      }
      case "AllowBucketKey": {
        const { read, write, owner } = input.permissions;
        const may = `${read ? "r" : ""}${write ? "w" : ""}${owner ? "o" : ""}`;
        this.allowed.push(`${input.accessKeyId} ${may} ${input.bucketId.replace(/^0+/, "")}`);
        return ok({ id: input.bucketId });
      }
      default:
        return { status: 404, answer: { message: `no endpoint ${endpoint}` } };
    }
  }
}
