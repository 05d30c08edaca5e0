import { describe, expect, test } from "vitest";
import {
  appProtocol,
  ingressSpec,
  routeAnnotations,
  routeNames,
  routeUrl,
  serviceAnnotations,
} from "../../../layers/apps/routes.ts";

const route = (changes: Record<string, unknown> = {}) => ({
  path: "/",
  protocol: "http" as const,
  middlewares: [],
  ...changes,
});
const gateway = { middlewareAnnotation: (names: readonly string[]) => names.map((name) => `${name}@file`).join(",") };

describe("routeNames", () => {
  test("the app's name for /, a dot and the path for the others", () => {
    const routes = [
      route(),
      route({ path: "/greeter.v1.GreeterService" }),
      route({ host: "*.example.com", path: "/a/" }),
    ];
    expect(routeNames("podinfo", routes)).toEqual([
      "podinfo",
      "podinfo.greeter-v1-greeterservice",
      "podinfo.any-example-com-a",
    ]);
  });

  test("paths that differ only in their punctuation get a number", () => {
    expect(routeNames("a", [route({ path: "/x.y" }), route({ path: "/x-y" })])).toEqual(["a.x-y", "a.x-y-2"]);
  });

  test("a long path is cut to what a name may have", () => {
    const [name] = routeNames("a", [route({ path: `/${"long/".repeat(60)}` })]);
    expect(name?.length).toBeLessThanOrEqual(63);
    expect(name).toMatch(/[a-z]$/);
  });
});

describe("annotations", () => {
  test("none for a plain route", () => {
    expect(routeAnnotations(route(), gateway)).toEqual({});
    expect(serviceAnnotations([route()], "ingress")).toEqual({});
  });

  test("middlewares in their order, and the priority", () => {
    expect(routeAnnotations(route({ middlewares: ["cors", "retry"], priority: 100 }), gateway)).toEqual({
      "traefik.ingress.kubernetes.io/router.middlewares": "cors@file,retry@file",
      "traefik.ingress.kubernetes.io/router.priority": "100",
    });
  });

  test("h2c is a property of the Service", () => {
    expect(appProtocol([route({ protocol: "h2c" })], "gateway")).toEqual({ appProtocol: "kubernetes.io/h2c" });
    expect(appProtocol([route({ protocol: "h2c" })], "ingress")).toEqual({});
    expect(serviceAnnotations([route({ protocol: "h2c" })], "gateway")).toEqual({});
    expect(serviceAnnotations([route({ protocol: "h2c" })], "ingress")).toEqual({
      "traefik.ingress.kubernetes.io/service.serversscheme": "h2c",
    });
  });
});

test("ingressSpec names the port, so that a changed number changes no route", () => {
  expect(
    ingressSpec(route({ host: "a.example.com", path: "/x" }), { ingressClass: "traefik", service: "app" }),
  ).toEqual({
    ingressClassName: "traefik",
    rules: [
      {
        host: "a.example.com",
        http: {
          paths: [{ path: "/x", pathType: "Prefix", backend: { service: { name: "app", port: { name: "http" } } } }],
        },
      },
    ],
  });
});

test.each([
  [route(), "http://localhost:30081/"],
  [route({ path: "/x" }), "http://localhost:30081/x"],
  [route({ host: "a.example.com", path: "/x" }), "http://a.example.com:30081/x"],
  [route({ host: "*.example.com" }), undefined],
])("routeUrl of %j is %s", (value, url) => {
  expect(routeUrl(value, "http://localhost:30081")).toBe(url);
});
