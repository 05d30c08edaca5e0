import { expect, test } from "vitest";
import { middlewareReference, traefikMiddleware } from "../../../layers/network/middlewares.ts";
import { networkConfig, referenceNetwork } from "../../support/network.ts";

const middleware = (name: string) => {
  const config = referenceNetwork().ingress.middlewares[name];
  if (!config) throw new Error(`no middleware ${name}`);
  return traefikMiddleware(config);
};

test("cors becomes headers, with the Vary header", () => {
  expect(middleware("cors")).toEqual({
    headers: {
      accessControlAllowMethods: ["GET", "POST", "OPTIONS"],
      accessControlAllowOriginList: ["http://localhost:5173"],
      accessControlAllowHeaders: [
        "Content-Type",
        "Authorization",
        "Connect-Protocol-Version",
        "Connect-Timeout-Ms",
        "Grpc-Timeout",
        "X-Grpc-Web",
        "X-User-Agent",
        "Idempotency-Key",
      ],
      accessControlExposeHeaders: ["Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin"],
      accessControlMaxAge: 7200,
      addVaryHeader: true,
    },
  });
});

test("cors without header lists leaves them out", () => {
  const { ingress } = networkConfig({
    ingress: {
      kind: "traefik",
      middlewares: { cors: { kind: "cors", origins: ["https://example.com"], methods: ["GET"] } },
    },
  });
  const config = ingress.middlewares["cors"];
  expect(config && Object.keys(traefikMiddleware(config)["headers"] ?? {})).toEqual([
    "accessControlAllowMethods",
    "accessControlAllowOriginList",
    "accessControlMaxAge",
    "addVaryHeader",
  ]);
});

test("rate limit, retry and forward auth", () => {
  expect(middleware("rate-limit")).toEqual({ rateLimit: { average: 100, burst: 50 } });
  expect(middleware("retry")).toEqual({ retry: { attempts: 3, initialInterval: "100ms" } });
  expect(middleware("auth")).toEqual({
    forwardAuth: {
      address: "http://auth-service.microservices.svc.cluster.local:8090/verify",
      authResponseHeaders: ["X-User-Id"],
      maxResponseBodySize: 1_048_576,
    },
  });
});

test("a router refers to a middleware of the file provider", () => {
  expect(middlewareReference("rate-limit")).toBe("rate-limit@file");
});
