import { describe, expect, test } from "vitest";
import { canonical, parseReference, slug } from "../../../layers/cluster/images/reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("parseReference", () => {
  test.each(["", "UPPER/case:1", "a b", "x:", "x@sha256:12", "-x:1", "x:tag/y"])("refuses %j", (text) => {
    expect(() => parseReference(text)).toThrow(
      `"${text}" is not an image reference. Expected registry/repository:tag, for example ghcr.io/stefanprodan/podinfo:6.9.2`,
    );
  });

  test.each([
    ["postgres:17.10", { registry: "docker.io", repository: "library/postgres", tag: "17.10" }],
    ["grafana/loki:3.7.8", { registry: "docker.io", repository: "grafana/loki", tag: "3.7.8" }],
    ["index.docker.io/library/postgres:17", { registry: "docker.io", repository: "library/postgres", tag: "17" }],
    ["localhost:5000/app:1", { registry: "localhost:5000", repository: "app", tag: "1" }],
    ["localhost/app:1", { registry: "localhost", repository: "app", tag: "1" }],
    [`quay.io/a/b/c:v1@${digest}`, { registry: "quay.io", repository: "a/b/c", tag: "v1", digest }],
    ["busybox", { registry: "docker.io", repository: "library/busybox", tag: "latest" }],
  ])("reads %s", (text, parts) => {
    expect(parseReference(text)).toEqual(parts);
  });
});

test.each([
  ["postgres:17.10", "docker.io/library/postgres:17.10"],
  ["library/postgres:17.10", "docker.io/library/postgres:17.10"],
  ["docker.io/postgres:17.10", "docker.io/library/postgres:17.10"],
  ["docker.io/library/postgres:17.10", "docker.io/library/postgres:17.10"],
  [`quay.io/prometheus/prometheus:v3.10.0@${digest}`, "quay.io/prometheus/prometheus:v3.10.0"],
])("%s is %s to the kubelet", (text, name) => {
  expect(canonical(text)).toBe(name);
});

test.each([
  ["kubeStateMetrics", "kube-state-metrics"],
  ["acme/Shop_api:1.0", "acme-shop-api-1-0"],
])("slug of %s", (text, expected) => {
  expect(slug(text)).toBe(expected);
});
