import { describe, expect, it } from "vitest";
import { diffObjects, replaces } from "../../../tools/plugins/kubernetes/diff.ts";
import { forceNew } from "../../../tools/plugins/kubernetes/force-new.ts";
import { identityOf } from "../../../tools/plugins/kubernetes/object.ts";
import { type Properties, unknownValue } from "../../../tools/plugins/rpc/values.ts";

const mutable = { configMaps: true, secrets: true };

const diff = (
  before: Properties,
  after: Properties,
  live: Properties = before,
  options = mutable,
  ignoreChanges: string[] = [],
) =>
  diffObjects({
    oldInputs: before,
    live,
    newInputs: after,
    forceNew: forceNew(identityOf(after), after, options),
    ignoreChanges,
  });

const object = (apiVersion: string, kind: string, rest: Properties): Properties => ({
  apiVersion,
  kind,
  metadata: { name: "a", namespace: "n" },
  ...rest,
});

describe("diffObjects", () => {
  const map = (data: Properties) => object("v1", "ConfigMap", { data });

  it("finds nothing where the server only added fields of its own", () => {
    const inputs = object("apps/v1", "Deployment", {
      spec: { template: { spec: { containers: [{ name: "a", image: "b" }] } } },
    });
    const live = object("apps/v1", "Deployment", {
      metadata: { name: "a", namespace: "n", uid: "1", resourceVersion: "7" },
      spec: {
        replicas: 1,
        template: {
          spec: { containers: [{ name: "a", image: "b", imagePullPolicy: "Always" }], dnsPolicy: "ClusterFirst" },
        },
      },
      status: { replicas: 1 },
    });
    expect(diff(inputs, inputs, live)).toEqual({});
  });

  it.each([
    [
      "a quantity in another spelling",
      { resources: { limits: { memory: "1024Mi", cpu: "0.1" } } },
      { resources: { limits: { memory: "1Gi", cpu: "100m" } } },
    ],
    ["empties that the server leaves out", { ingress: [], selector: {}, value: "", flag: false, count: 0 }, {}],
    ["a number that the server wrote as text", { port: "80" }, { port: 80 }],
    ["a time in another zone", { at: "2026-01-01T01:00:00+01:00" }, { at: "2026-01-01T00:00:00Z" }],
    [
      "list entries that others appended",
      { items: [{ name: "a" }] },
      { items: [{ name: "a", more: 1 }, { name: "b" }] },
    ],
  ])("takes %s for the same", (_what, spec, stored) => {
    expect(
      diff(object("v1", "Thing", { spec }), object("v1", "Thing", { spec }), object("v1", "Thing", { spec: stored })),
    ).toEqual({});
  });

  it("does not take different strings for one quantity outside of quantity fields", () => {
    expect(diff(map({ a: "1000m" }), map({ a: "1" }))).toEqual({ "data.a": { kind: "update" } });
  });

  it("takes a quantity that is spelt anew for the same", () => {
    const spec = (memory: string) => object("v1", "Thing", { spec: { requests: { memory } } });
    expect(diff(spec("1Gi"), spec("1024Mi"))).toEqual({});
    expect(diff(spec("1Gi"), spec("1025Mi"))).toEqual({ "spec.requests.memory": { kind: "update" } });
  });

  it("names added, deleted and updated paths", () => {
    expect(diff(map({ gone: "1", kept: "1", changed: "1" }), map({ kept: "1", changed: "2", "new.key": "1" }))).toEqual(
      {
        "data.gone": { kind: "delete", inputDiff: true },
        "data.changed": { kind: "update" },
        'data["new.key"]': { kind: "add" },
      },
    );
  });

  it("leaves fields alone that no inputs ever named", () => {
    expect(diff(map({ a: "1" }), map({ a: "1" }), map({ a: "1", theirs: "2" }))).toEqual({});
  });

  it("sees drift of the live object", () => {
    expect(diff(map({ a: "1" }), map({ a: "1" }), map({ a: "by hand" }))).toEqual({ "data.a": { kind: "update" } });
    expect(diff(map({ a: "1" }), map({ a: "1" }), map({}))).toEqual({ "data.a": { kind: "add" } });
  });

  it("counts an unknown value as a change", () => {
    expect(diff(map({ a: "1" }), map({ a: unknownValue, b: unknownValue }))).toEqual({
      "data.a": { kind: "update" },
      "data.b": { kind: "add" },
    });
  });

  it("leaves ignored paths out", () => {
    const spec = (replicas: number) => object("apps/v1", "Deployment", { spec: { replicas } });
    expect(diff(spec(1), spec(2), spec(1), mutable, ["spec.replicas"])).toEqual({});
    expect(diff(map({ a: "1" }), map({ a: "2" }), map({ a: "1" }), mutable, ["data"])).toEqual({});
  });

  it("names list items by index", () => {
    const ports = (...numbers: number[]) =>
      object("v1", "Service", { spec: { ports: numbers.map((port) => ({ port })) } });
    expect(diff(ports(80, 90), ports(81))).toEqual({
      "spec.ports[0].port": { kind: "update" },
      "spec.ports[1]": { kind: "delete", inputDiff: true },
    });
  });
});

describe("what replaces", () => {
  const replaced = (kind: string, before: Properties, after: Properties, options = mutable): string[] => {
    const [apiVersion = "", name = ""] = [kind.slice(0, kind.lastIndexOf("/")), kind.slice(kind.lastIndexOf("/") + 1)];
    return replaces(
      diff(
        object(apiVersion, name, before),
        object(apiVersion, name, after),
        object(apiVersion, name, before),
        options,
      ),
    );
  };

  it.each<[string, Properties, Properties, string[]]>([
    ["v1/ConfigMap", { metadata: { name: "a" } }, { metadata: { name: "b" } }, ["metadata.name"]],
    ["v1/ConfigMap", { metadata: { namespace: "a" } }, { metadata: { namespace: "b" } }, ["metadata.namespace"]],
    [
      "apps/v1/Deployment",
      { spec: { selector: { matchLabels: { a: "1" } } } },
      { spec: { selector: { matchLabels: { a: "2" } } } },
      ["spec.selector.matchLabels.a"],
    ],
    ["apps/v1/Deployment", { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, []],
    ["apps/v1/StatefulSet", { spec: { serviceName: "a" } }, { spec: { serviceName: "b" } }, ["spec.serviceName"]],
    [
      "apps/v1/StatefulSet",
      { spec: { volumeClaimTemplates: [{ spec: { size: "1" } }] } },
      { spec: { volumeClaimTemplates: [{ spec: { size: "2" } }] } },
      ["spec.volumeClaimTemplates[0].spec.size"],
    ],
    ["apps/v1/StatefulSet", { spec: { template: { a: "1" } } }, { spec: { template: { a: "2" } } }, []],
    [
      "batch/v1/Job",
      { spec: { template: { spec: { image: "1" } } } },
      { spec: { template: { spec: { image: "2" } } } },
      ["spec.template.spec.image"],
    ],
    ["batch/v1/Job", { spec: { ttlSecondsAfterFinished: 1 } }, { spec: { ttlSecondsAfterFinished: 2 } }, []],
    ["v1/Service", { spec: { clusterIP: "None" } }, { spec: { clusterIP: "10.0.0.1" } }, ["spec.clusterIP"]],
    ["v1/Service", { spec: { ports: [{ port: 1 }] } }, { spec: { ports: [{ port: 2 }] } }, []],
    [
      "v1/PersistentVolumeClaim",
      { spec: { storageClassName: "a" } },
      { spec: { storageClassName: "b" } },
      ["spec.storageClassName"],
    ],
    [
      "v1/PersistentVolumeClaim",
      { spec: { resources: { requests: { storage: "1Gi" } } } },
      { spec: { resources: { requests: { storage: "2Gi" } } } },
      [],
    ],
    ["storage.k8s.io/v1/StorageClass", { provisioner: "a" }, { provisioner: "b" }, ["provisioner"]],
    [
      "rbac.authorization.k8s.io/v1/RoleBinding",
      { roleRef: { name: "a" } },
      { roleRef: { name: "b" } },
      ["roleRef.name"],
    ],
    ["rbac.authorization.k8s.io/v1/RoleBinding", { subjects: [{ name: "a" }] }, { subjects: [{ name: "b" }] }, []],
    ["v1/Secret", { type: "Opaque" }, { type: "kubernetes.io/tls" }, ["type"]],
    ["v1/Pod", { spec: { nodeName: "a" } }, { spec: { nodeName: "b" } }, ["spec.nodeName"]],
    [
      "v1/Pod",
      { spec: { containers: [{ image: "a", env: "1" }] } },
      { spec: { containers: [{ image: "b", env: "2" }] } },
      ["spec.containers[0].env"],
    ],
    ["example.com/v1/Widget", { spec: { selector: "a" } }, { spec: { selector: "b" } }, []],
  ])("%s %j -> %j replaces for %j", (kind, before, after, expected) => {
    expect(replaced(kind, before, after)).toEqual(expected);
  });

  it("data of ConfigMaps and Secrets only where they are not mutable", () => {
    const fixed = { configMaps: false, secrets: false };
    const [before, after] = [{ data: { a: "1" } }, { data: { a: "2" } }];
    expect(replaced("v1/ConfigMap", before, after)).toEqual([]);
    expect(replaced("v1/ConfigMap", before, after, fixed)).toEqual(["data.a"]);
    expect(replaced("v1/ConfigMap", before, { ...after, immutable: true })).toEqual(["data.a"]);
    expect(replaced("v1/Secret", before, after)).toEqual([]);
    expect(replaced("v1/Secret", before, after, fixed)).toEqual(["data.a"]);
  });

  it("a whole subtree that holds a fixed field", () => {
    expect(replaced("apps/v1/Deployment", { spec: { selector: { matchLabels: { a: "1" } } } }, { other: {} })).toEqual([
      "spec",
    ]);
  });
});
