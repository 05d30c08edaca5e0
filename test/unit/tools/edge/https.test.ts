import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { edgeRequest, plainEdgeRequest } from "../../../../tools/edge/https.ts";
import { testAuthority } from "../../../support/certificates.ts";
import { type EdgeServer, edgeServer } from "../../../support/edge-server.ts";

const authority = testAuthority("edge root");
const ca = authority.certificate;
const host = "grafana.strata.localhost";
let server: EdgeServer;

beforeAll(async () => {
  server = await edgeServer(
    authority.issue([host, "localhost"]),
    (request, response) => {
      if (request.url === "/slow") return;
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { method, url, headers } = request;
        response.setHeader("set-cookie", ["a=1", "b=2"]);
        response.end(JSON.stringify({ method, url, host: headers.host, token: headers["x-vault-token"], body }));
      });
    },
    () => (request, response) => response.end(`plain ${request.headers.host}`),
  );
});
afterAll(() => server.close());

const common = () => ({ host, port: server.port, ca });

describe("refused", () => {
  test.each<[string, () => Parameters<typeof edgeRequest>[0], string]>([
    ["another root", () => ({ ...common(), ca: testAuthority().certificate }), "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    // The same name, another key: the name alone proves nothing.
    [
      "another root of the same name",
      () => ({ ...common(), ca: testAuthority("edge root").certificate }),
      "CERT_SIGNATURE_FAILURE",
    ],
    [
      "a host that the certificate does not name",
      () => ({ ...common(), host: "bao.strata.localhost" }),
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
    ["nobody there", () => ({ ...common(), port: 1 }), "ECONNREFUSED"],
    ["TLS where there is none", () => ({ ...common(), port: server.plainPort }), "EPROTO"],
    ["no answer in time", () => ({ ...common(), path: "/slow", timeoutMs: 300 }), "ABORT_ERR"],
  ])("%s", async (_, args, code) => {
    await expect(edgeRequest(args())).rejects.toMatchObject({ code });
  });
});

describe("answered", () => {
  test("by host, whatever its name leads to, with method, headers and body", async () => {
    const answer = await edgeRequest({
      ...common(),
      path: "/v1/auth/jwt/login?x=1",
      method: "POST",
      headers: { "x-vault-token": "t" },
      body: "{}",
    });
    expect(answer).toMatchObject({
      status: 200,
      certificate: { issuer: "edge root", names: [`DNS:${host}`, "DNS:localhost"] },
    });
    expect(answer.headers["set-cookie"]).toBe("a=1, b=2");
    expect(JSON.parse(answer.body)).toEqual({
      method: "POST",
      url: "/v1/auth/jwt/login?x=1",
      host: `${host}:${server.port}`,
      token: "t",
      body: "{}",
    });
  });

  test("without TLS where that is asked for", async () => {
    const { body, certificate } = await plainEdgeRequest({ host, port: server.plainPort });
    expect([body, certificate]).toEqual([`plain ${host}:${server.plainPort}`, { issuer: "", names: [] }]);
  });
});
