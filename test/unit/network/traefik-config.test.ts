import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { dynamicFile, staticConfig } from "../../../layers/network/traefik-config.ts";
import { networkConfig, referenceNetwork } from "../../support/network.ts";

const { ingress } = networkConfig();
const base = { ingress, watched: ["apps"], dashboard: false, dynamicDirectory: "/dynamic" };

describe("staticConfig", () => {
  test("no API, no traces and no Ingress provider unless asked for", () => {
    const config = staticConfig({ ...base, watched: [] });
    expect(Object.keys(config)).toEqual(["global", "entryPoints", "providers", "ping", "log", "accessLog", "metrics"]);
    expect(config).toMatchObject({ providers: { file: { directory: "/dynamic", watch: true } } });
  });

  test("routes answer on web and websecure only", () => {
    expect(staticConfig(base)).toMatchObject({
      entryPoints: {
        web: { address: ":8000", asDefault: true },
        websecure: { address: ":8443", asDefault: true, http: { tls: {} } },
        traefik: { address: ":8080" },
        metrics: { address: ":9100" },
      },
    });
  });

  test("reads Ingress objects of the given namespaces, matched by whole segments, never of external names", () => {
    expect(staticConfig({ ...base, watched: ["apps", "microservices"] })).toMatchObject({
      providers: {
        kubernetesIngress: {
          ingressClass: "traefik",
          namespaces: ["apps", "microservices"],
          allowEmptyServices: true,
          allowExternalNameServices: false,
          strictPrefixMatching: true,
        },
      },
    });
  });

  test("traces go to the collector over gRPC, all of them", () => {
    expect(staticConfig({ ...base, otlp: "otel-collector.observability:4317" })).toMatchObject({
      tracing: {
        serviceName: "traefik",
        sampleRate: 1,
        otlp: { grpc: { endpoint: "otel-collector.observability:4317", insecure: true } },
      },
    });
  });

  test("the dashboard never opens the API on the admin port", () => {
    expect(staticConfig({ ...base, dashboard: true })).toMatchObject({ api: { dashboard: true, insecure: false } });
  });

  test("metrics carry the router and the service", () => {
    expect(staticConfig(base)).toMatchObject({
      metrics: {
        prometheus: {
          entryPoint: "metrics",
          addEntryPointsLabels: true,
          addRoutersLabels: true,
          addServicesLabels: true,
        },
      },
    });
  });

  test("no access log where it is switched off", () => {
    const off = networkConfig({ ingress: { kind: "traefik", accessLog: false, logLevel: "WARN" } }).ingress;
    const config = staticConfig({ ...base, ingress: off });
    expect(config).not.toHaveProperty("accessLog");
    expect(config).toMatchObject({ log: { level: "WARN", format: "json" } });
  });
});

describe("dynamicFile", () => {
  test("nothing at all is an empty mapping", () => {
    expect(dynamicFile({ ingress, dashboard: false })).toBe("{}\n");
  });

  test("every middleware that a router names is declared", () => {
    const { http } = parse(dynamicFile({ ingress: referenceNetwork().ingress, dashboard: true })) as {
      http: { routers: Record<string, { middlewares?: string[] }>; middlewares: Record<string, unknown> };
    };
    const named = Object.values(http.routers).flatMap(({ middlewares }) => middlewares ?? []);
    const declared = Object.keys(http.middlewares).map((name) => `${name}@file`);
    expect(named.length).toBe(9);
    expect(named.filter((name) => !declared.includes(name))).toEqual([]);
    expect(declared).toContain("retry@file");
  });

  test("the dashboard is a route of its own, for the local machine only", () => {
    expect(parse(dynamicFile({ ingress, dashboard: true }))).toEqual({
      http: {
        routers: {
          dashboard: {
            rule: "(Host(`localhost`) || Host(`127.0.0.1`)) && (Path(`/dashboard`) || PathPrefix(`/dashboard/`) || PathPrefix(`/api/`))",
            service: "api@internal",
            entryPoints: ["web"],
            priority: 20,
          },
        },
      },
    });
  });

  test("braces reach Traefik as they are, not as a template", () => {
    const config = networkConfig({
      ingress: {
        kind: "traefik",
        middlewares: { auth: { kind: "forwardAuth", address: "http://auth/{{ env `HOME` }}" } },
      },
    });
    expect(dynamicFile({ ingress: config.ingress, dashboard: false })).toContain(
      'http://auth/{{ "{{" }} env `HOME` }}',
    );
  });
});
