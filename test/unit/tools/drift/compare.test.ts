import { describe, expect, test } from "vitest";
import { autoscaled, differences } from "../../../../tools/drift/compare.ts";
import type { Properties } from "../../../../tools/plugins/rpc/values.ts";

const diff = (wanted: Properties, live: Properties, ignored: readonly string[] = []) =>
  differences(wanted, live, new Set(ignored)).map(({ path, wanted: want, live: is }) => [path, want, is]);

const pod = (spec: Properties): Properties => ({ spec: { template: { spec } } });

describe("no drift", () => {
  test.each<[string, Properties, Properties]>([
    [
      "status and metadata of the server",
      { metadata: { name: "a" } },
      { metadata: { name: "a", uid: "1" }, status: {} },
    ],
    ["defaulted fields", { spec: { replicas: 1 } }, { spec: { replicas: 1, strategy: { type: "RollingUpdate" } } }],
    ["a label that somebody added", { metadata: { labels: { a: "1" } } }, { metadata: { labels: { a: "1", b: "2" } } }],
    [
      "quantities in another spelling",
      { spec: { resources: { limits: { cpu: "1000m" } } } },
      { spec: { resources: { limits: { cpu: "1" } } } },
    ],
    ["left-out empties", { spec: { suspend: false, tolerations: [] } }, { spec: {} }],
    ["a number stored as text", { data: { port: 80 } }, { data: { port: "80" } }],
    [
      "a sidecar and a variable that others put in",
      pod({ containers: [{ name: "app", env: [{ name: "A", value: "1" }] }] }),
      pod({
        containers: [
          { name: "proxy" },
          {
            name: "app",
            env: [
              { name: "X", value: "9" },
              { name: "A", value: "1" },
            ],
          },
        ],
      }),
    ],
    [
      "a defaulted protocol of a port",
      { spec: { ports: [{ port: 80, targetPort: "http" }] } },
      { spec: { ports: [{ port: 80, targetPort: "http", protocol: "TCP", nodePort: 30000 }] } },
    ],
  ])("%s", (_, wanted, live) => {
    expect(diff(wanted, live)).toEqual([]);
  });

  test("replicas that an autoscaler decides", () => {
    const scaler = { metadata: { namespace: "apps" }, spec: { scaleTargetRef: { kind: "Deployment", name: "shop" } } };
    expect([...autoscaled([scaler])]).toEqual(["Deployment/apps/shop"]);
    expect(diff({ spec: { replicas: 1 } }, { spec: { replicas: 4 } }, ["spec.replicas"])).toEqual([]);
  });
});

describe("drift", () => {
  test.each<[string, Properties, Properties, unknown[]]>([
    ["another value", { spec: { replicas: 1 } }, { spec: { replicas: 3 } }, [["spec.replicas", 1, 3]]],
    [
      "a field that was taken away",
      { metadata: { labels: { "app.kubernetes.io/name": "a" } } },
      { metadata: {} },
      [["metadata.labels", { "app.kubernetes.io/name": "a" }, undefined]],
    ],
    [
      "a key with dots",
      { data: { "loki.yaml": "a" } },
      { data: { "loki.yaml": "b" } },
      [['data["loki.yaml"]', "a", "b"]],
    ],
    [
      "an item of a keyed list, by its key and not by its place",
      pod({ containers: [{ name: "app", image: "a:1", env: [{ name: "A", value: "1" }] }] }),
      pod({ containers: [{ name: "proxy" }, { name: "app", image: "a:2", env: [{ name: "B", value: "1" }] }] }),
      [
        ["spec.template.spec.containers[app].image", "a:1", "a:2"],
        ["spec.template.spec.containers[app].env[A]", { name: "A", value: "1" }, undefined],
      ],
    ],
    [
      "an argument more: the list is one value",
      pod({ args: ["-a"] }),
      pod({ args: ["-a", "-b"] }),
      [["spec.template.spec.args", ["-a"], ["-a", "-b"]]],
    ],
    [
      "a subject more in a role binding",
      { subjects: [{ kind: "ServiceAccount", name: "a" }] },
      {
        subjects: [
          { kind: "ServiceAccount", name: "a" },
          { kind: "User", name: "eve" },
        ],
      },
      [["subjects[1]", undefined, { kind: "User", name: "eve" }]],
    ],
    [
      "a rule of a network policy",
      { spec: { ingress: [{ ports: [{ port: 80 }] }] } },
      { spec: { ingress: [{ ports: [{ port: 443, protocol: "TCP" }] }] } },
      [["spec.ingress[0].ports[0].port", 80, 443]],
    ],
    [
      "a Service's port",
      { spec: { ports: [{ port: 80, nodePort: 30081 }] } },
      { spec: { ports: [{ port: 80, nodePort: 30999, protocol: "TCP" }] } },
      [["spec.ports[80].nodePort", 30081, 30999]],
    ],
  ])("%s", (_, wanted, live, expected) => {
    expect(diff(wanted, live)).toEqual(expected);
  });
});
