// A stand-in for RustFS in memory: as much of S3 and of its admin API as the setup script uses. It checks every request's signature (SigV4).
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const isSigned = (request: IncomingMessage, body: string, id: string, secret: string): boolean => {
  const groups =
    /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<scope>[^,]+), ?SignedHeaders=(?<names>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    )?.groups;
  if (groups?.["id"] !== id) return false;
  const { scope = "", names = "", signature = "" } = groups;
  const url = new URL(request.url ?? "/", "http://fake");
  const query = [...url.searchParams]
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const headers = names.split(";").map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(""), names, sha256(body)].join("\n");
  const [date = "", region = "", service = "", last = ""] = scope.split("/");
  const text = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = [region, service, last].reduce((sum, part) => hmac(sum, part), hmac(`AWS4${secret}`, date));
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex"));
};

export class FakeRustFs {
  readonly calls: string[] = [];
  readonly buckets = new Set<string>();
  readonly users = new Map<string, string>();
  readonly policies = new Map<string, unknown>();
  /** User to its policy. */
  readonly attached = new Map<string, string>();
  /** Answers given instead of the real one, by method and path. */
  readonly broken = new Map<string, { status: number; body: string }>();
  /** How often it is not ready yet. */
  starting = 0;
  readonly #server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const { status, answer } = this.#answer(request, body);
      response.writeHead(status, { "Content-Type": "application/xml" });
      response.end(answer);
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

  #answer(request: IncomingMessage, body: string): { status: number; answer: string } {
    const url = new URL(request.url ?? "/", "http://fake");
    const parameter = (name: string) => url.searchParams.get(name) ?? "";
    const call = `${request.method} ${url.pathname}`;
    this.calls.push(call);
    const ok = { status: 200, answer: "" };
    if (call === "GET /health/ready") {
      this.starting -= 1;
      return this.starting >= 0 ? { status: 503, answer: "starting" } : ok;
    }
    const broken = this.broken.get(call);
    if (broken) return { status: broken.status, answer: broken.body };
    if (!isSigned(request, body, "root-id", "root-secret"))
      return { status: 403, answer: "<Error><Code>SignatureDoesNotMatch</Code></Error>" };
    switch (url.pathname) {
      case "/rustfs/admin/v3/add-canned-policy":
        this.policies.set(parameter("name"), JSON.parse(body));
        return ok;
      case "/rustfs/admin/v3/add-user":
        this.users.set(parameter("accessKey"), (JSON.parse(body) as { secretKey: string }).secretKey);
        return ok;
      case "/rustfs/admin/v3/set-user-or-group-policy": {
        const [user, policy] = [parameter("userOrGroup"), parameter("policyName")];
        if (!this.users.has(user) || !this.policies.has(policy)) return { status: 400, answer: "user not found" };
        this.attached.set(user, policy);
        return ok;
      }
    }
    const bucket = url.pathname.slice(1);
    if (request.method === "PUT") this.buckets.add(bucket);
    return this.buckets.has(bucket) ? ok : { status: 404, answer: "<Error><Code>NoSuchBucket</Code></Error>" };
  }
}
