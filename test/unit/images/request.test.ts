import { describe, expect, test } from "vitest";
import { chartImages } from "../../../chart-images.ts";
import type { ImagesConfig } from "../../../config/schema.ts";
import { imageName, imageRequest, sources } from "../../../layers/cluster/images/request.ts";
import { images } from "../../../versions.ts";

const amd64 = { os: "linux", arch: "amd64" };
const config: ImagesConfig = { pullThroughCache: false, bake: false, overrides: {}, pullTimeoutSeconds: 600 };
const reference = "docker.io/library/postgres:17.10";
const recipe = { folder: "otel-collector", version: "1", platform: amd64, key: "k" };

describe("sources", () => {
  test.each([
    ["nothing set", { reference, pullThroughCache: false }, ["engine", "registry"]],
    ["an archive", { reference, pullThroughCache: false, archive: "/a" }, ["engine", "archive", "registry"]],
    [
      "archive and cache",
      { reference, pullThroughCache: true, archive: "/a" },
      ["engine", "archive", "pull-through cache", "registry"],
    ],
    [
      "a registry on this machine needs no cache",
      { reference: "127.0.0.1:5001/app:1", pullThroughCache: true },
      ["engine", "registry"],
    ],
    [
      "a store for recipes is no place for others",
      { reference, pullThroughCache: false, remote: "https://r" },
      ["engine", "registry"],
    ],
    ["a recipe", { reference, recipe, pullThroughCache: true }, ["engine", "local cache", "build"]],
    [
      "a recipe, archive and store",
      { reference, recipe, pullThroughCache: true, archive: "/a", remote: "https://r" },
      ["engine", "archive", "local cache", "remote", "build"],
    ],
  ])("with %s", (_what, request, expected) => {
    expect(sources(request)).toEqual(expected);
  });
});

describe("imageRequest", () => {
  test("refuses a word that is neither a key nor a reference, and lists the keys", () => {
    expect(() => imageRequest("postgress", config, amd64)).toThrow(
      /^There is no image "postgress"\. Give a reference such as \S+, or one of: alertmanager, alloy, .*, traefik$/,
    );
  });

  test("takes reference and digest of a key from the versions", () => {
    expect(imageRequest("loki", config, amd64)).toEqual({
      key: "loki",
      reference: "docker.io/grafana/loki:3.7.8",
      digest: images.loki.digest,
      pullThroughCache: false,
      timeoutSeconds: 600,
    });
  });

  test("takes a chart's image by chart and role, and an override of it", () => {
    const { operator } = chartImages.cilium;
    expect(imageRequest("cilium.operator", config, amd64)).toMatchObject({
      reference: `${operator.repository}:${operator.tag}`,
      digest: operator.digest,
    });
    const overrides = { "cilium.operator": "mirror.example/operator:2" };
    expect(imageRequest("cilium.operator", { ...config, overrides }, amd64).reference).toBe(
      "mirror.example/operator:2",
    );
    expect(() => imageRequest("cilium.operators", config, amd64)).toThrow('There is no image "cilium.operators"');
  });

  test("an override replaces reference, digest and recipe", () => {
    const overrides = { loki: "mirror.example/loki:3.7.9", otelCollector: "mirror.example/otelcol:1" };
    const loki = imageRequest("loki", { ...config, overrides }, amd64);
    expect(loki).toMatchObject({ key: "loki", reference: "mirror.example/loki:3.7.9" });
    expect(loki).not.toHaveProperty("digest");
    const collector = imageRequest("otelCollector", { ...config, overrides }, amd64);
    expect(collector.reference).toBe("mirror.example/otelcol:1");
    expect(collector).not.toHaveProperty("recipe");
  });

  test("a reference works like a key, in one spelling and with its digest apart", () => {
    const digest = `sha256:${"b".repeat(64)}`;
    expect(imageRequest(`nginx:1.29@${digest}`, config, amd64)).toMatchObject({
      key: `nginx:1.29@${digest}`,
      reference: "docker.io/library/nginx:1.29",
      digest,
    });
  });

  test("an image with a recipe has a tag of its key and no digest", () => {
    const request = imageRequest("otelCollector", { ...config, remote: { url: "https://r.example/x/" } }, amd64);
    expect(request.reference).toBe(
      `strata.local/otel-collector:${images.otelCollector.tag}-${request.recipe?.key.slice(0, 12)}`,
    );
    expect(request.remote).toBe("https://r.example/x");
    expect(request).not.toHaveProperty("digest");
  });
});

test.each([
  ["kubeStateMetrics", "kube-state-metrics"],
  ["cilium.hubbleRelay", "cilium-hubble-relay"],
  ["ghcr.io/acme/shop-api:1.0.2", "acme-shop-api-1-0-2"],
])("name of %s in resource names", (key, expected) => {
  expect(imageName(imageRequest(key, config, amd64))).toBe(expected);
});
