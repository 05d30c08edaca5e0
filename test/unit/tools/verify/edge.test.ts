import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../../lib/errors.ts";
import { edgeRoot } from "../../../../tools/edge/root.ts";
import { type EdgeTarget, verifyEdge } from "../../../../tools/verify/edge.ts";
import { testAuthority } from "../../../support/certificates.ts";
import { edgeServer } from "../../../support/edge-server.ts";

const authority = testAuthority("edge root");
const host = "bao.strata.localhost";

const healthy: RequestListener = (request, response) => {
  response.statusCode = request.url === "/v1/sys/health?standbyok=true" ? 200 : 404;
  response.end();
};
const redirect =
  (port: number): RequestListener =>
  (request, response) => {
    response.writeHead(302, { location: `https://${request.headers.host?.split(":")[0]}:${port}${request.url}` });
    response.end();
  };

interface Given {
  readonly answer?: RequestListener;
  readonly plain?: (port: number) => RequestListener;
  readonly names?: readonly string[];
  readonly target?: Partial<EdgeTarget>;
}

const verify = async ({ answer = healthy, plain = redirect, names = [host], target }: Given = {}) => {
  const server = await edgeServer(authority.issue(names), answer, plain);
  try {
    const { port, plainPort } = server;
    const ca = authority.certificate;
    const findings = await verifyEdge([{ page: "openbao", host, port, plainPort, ca, ownRoot: true, ...target }]);
    return findings.map(({ check, status, detail }) =>
      `${status} ${check}: ${detail}`.replaceAll(String(port), "PORT"),
    );
  } finally {
    server.close();
  }
};

describe("a page fails", () => {
  test("whose certificate is for another name", async () => {
    const [first] = await verify({ names: ["other.strata.localhost"] });
    expect(first).toMatch(/^fail edge openbao: Hostname\/IP does not match certificate's altnames/);
  });

  test("that is sealed", async () => {
    const sealed: RequestListener = (_, response) => {
      response.statusCode = 503;
      response.end();
    };
    expect((await verify({ answer: sealed }))[0]).toBe(
      `fail edge openbao: ${host}/v1/sys/health?standbyok=true answered 503`,
    );
  });

  test("that is served without TLS, or leads elsewhere", async () => {
    const plain = () => healthy;
    expect((await verify({ plain }))[2]).toMatch(/^fail edge openbao, without TLS: plain HTTP answered 404/);
    expect((await verify({ plain: () => redirect(1) }))[2]).toMatch(
      /^fail edge openbao, without TLS: plain HTTP answered 302 https:\/\/bao.strata.localhost:1\//,
    );
  });

  test("that nobody answers for: the refusal of another root is not taken from that", async () => {
    const findings = await verify({ target: { port: 1 } });
    expect(findings.map((finding) => finding.split(" ")[0])).toEqual(["fail", "fail", "fail"]);
    expect(findings[1]).toContain("ECONNREFUSED");
  });
});

test("a page passes by its root and name, and by no other", async () => {
  expect(await verify()).toEqual([
    `pass edge openbao: https://${host}:PORT/v1/sys/health?standbyok=true answered 200; certificate of edge root, for that name`,
    "pass edge openbao, another root: who trusts other roots only is told: unable to verify the first certificate",
    `pass edge openbao, without TLS: plain HTTP leads to https://${host}:PORT/`,
  ]);
  expect((await verify({ target: { ownRoot: false } }))[1]).toBe(
    "skip edge openbao, another root: its root is a public one",
  );
});

describe("the root", () => {
  const certManager = { kind: "cert-manager", issuer: { kind: "local-ca" } } as const;

  test("is refused where there is none, or not yet", async () => {
    const none = edgeRoot({}, async () => ({}));
    await expect(none).rejects.toThrow(new UserError("The stack has no network.certificates, so there is no root"));
    const early = edgeRoot({ certificates: certManager }, async () => ({}));
    await expect(early).rejects.toThrow(
      "The Secret strata-ca in the namespace cert-manager has no certificate yet. Try again in a minute",
    );
  });

  test("is the certificate of the cluster's own Secret, and every public one where an authority signs", async () => {
    const secret = async (namespace: string, name: string) => ({ "tls.crt": `${namespace}/${name}`, "tls.key": "key" });
    expect(await edgeRoot({ certificates: certManager }, secret)).toBe("cert-manager/strata-ca");
    const acme = {
      ...certManager,
      issuer: { kind: "acme", email: "a@example.com", server: "https://x", challenge: "dns" },
    } as const;
    const roots = await edgeRoot({ certificates: acme }, () => Promise.reject(new Error("nobody is asked")));
    expect(roots.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
  });
});
