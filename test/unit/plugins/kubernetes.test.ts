import { describe, expect, it } from "vitest";
import { checkInputs } from "../../../tools/plugins/kubernetes/check.ts";
import { checkpoint, parseCheckpoint, withSecrets } from "../../../tools/plugins/kubernetes/checkpoint.ts";
import { appliedBy, fieldManager, takeOver } from "../../../tools/plugins/kubernetes/field-managers.ts";
import { namespaced, unsupportedType } from "../../../tools/plugins/kubernetes/kinds.ts";
import { inputsOfLive, liveInputs } from "../../../tools/plugins/kubernetes/live.ts";
import { dashed, normalize, underscored } from "../../../tools/plugins/kubernetes/normalize.ts";
import { identityOfType, idOf, parseId } from "../../../tools/plugins/kubernetes/object.ts";
import type { CheckRequest } from "../../../tools/plugins/rpc/provider.ts";
import { isSecret, type Properties, secret, unknownValue } from "../../../tools/plugins/rpc/values.ts";

const configMap = { group: "", version: "v1", kind: "ConfigMap" };

describe("checkInputs", () => {
  const check = (news: Properties, more: Partial<CheckRequest> = {}, namespacedKind = true) =>
    checkInputs(
      {
        urn: "urn",
        type: "kubernetes:core/v1:ConfigMap",
        name: "settings",
        olds: {},
        news,
        randomSeed: new Uint8Array([1]),
        ...more,
      },
      { identity: configMap, namespaced: namespacedKind, namespace: "apps" },
    );

  it("refuses generated names of the server and a missing name where autonaming is off", () => {
    expect(check({ metadata: { generateName: "a-" } }).failures).toEqual([
      {
        property: "metadata.generateName",
        reason: "not supported with server-side apply: leave it out or set metadata.name",
      },
    ]);
    expect(check({}, { autonaming: { mode: "disable", name: "" } }).failures).toEqual([
      {
        property: "metadata.name",
        reason: "autonaming is disabled, resource requires the .metadata.name field to be set",
      },
    ]);
  });

  it("names what has no name, by the engine's seed, and marks it", () => {
    const inputs = check({ data: { a: "1" } }).inputs;
    expect(inputs).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: expect.stringMatching(/^settings-[0-9a-f]{8}$/),
        namespace: "apps",
        annotations: { "pulumi.com/autonamed": "true" },
      },
      data: { a: "1" },
    });
    expect(check({ data: { a: "1" } }).inputs).toEqual(inputs);
  });

  it("keeps the name that it gave last time, and takes the engine's where it proposes one", () => {
    const olds = { metadata: { name: "settings-1", annotations: { "pulumi.com/autonamed": "true" } } };
    expect(check({}, { olds }).inputs["metadata"]).toMatchObject({ name: "settings-1" });
    expect(check({}, { autonaming: { mode: "propose", name: "mine" } }).inputs["metadata"]).toMatchObject({
      name: "mine",
    });
  });

  it("leaves names, namespaces and unknown metadata as the program wrote them", () => {
    expect(check({ metadata: { name: unknownValue, namespace: "other" } }).inputs["metadata"]).toEqual({
      name: unknownValue,
      namespace: "other",
    });
    expect(check({ metadata: unknownValue }).inputs["metadata"]).toBe(unknownValue);
    expect(check({ metadata: { name: "a" } }, {}, false).inputs["metadata"]).toEqual({ name: "a" });
  });

  it("keeps secrets secret", () => {
    const inputs = check({ metadata: { name: "a" }, data: { token: secret("t"), open: "o" } }).inputs;
    expect(inputs["data"]).toEqual({ token: secret("t"), open: "o" });
  });
});

describe("normalize", () => {
  it("encodes a Secret's stringData as its data, and passes unknown values through", () => {
    expect(
      normalize({ apiVersion: "v1", kind: "Secret", data: { a: "YQ==" }, stringData: { b: "b", c: unknownValue } }),
    ).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      data: { a: "YQ==", b: "Yg==", c: unknownValue },
    });
  });

  it("drops what only the server writes", () => {
    expect(normalize({ metadata: { name: "a", uid: "1", managedFields: [], creationTimestamp: null } })).toEqual({
      metadata: { name: "a" },
    });
  });

  it("translates the names of schema extensions both ways", () => {
    const schema = { a: { x_kubernetes_preserve_unknown_fields: true, x_kubernetes_list_map_keys: ["k"] } };
    expect(dashed(schema)).toEqual({
      a: { "x-kubernetes-preserve-unknown-fields": true, "x-kubernetes-list-map-keys": ["k"] },
    });
    expect(underscored(dashed(schema))).toEqual(schema);
  });
});

describe("state", () => {
  const live = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", uid: "1" },
    data: { token: "t", open: "o" },
  };
  const marked = { data: { token: secret("t"), open: "o" } };
  const state = checkpoint({
    live,
    inputs: { data: { token: "t", open: "o" } },
    marked,
    initialApiVersion: "v1",
    fieldManager: "m",
  });

  it("is the live object, with the inputs beside it, in the official shape", () => {
    expect(state).toEqual({
      ...live,
      data: { token: secret("t"), open: "o" },
      __inputs: { data: { token: secret("t"), open: "o" } },
      __initialApiVersion: "v1",
      __fieldManager: "m",
    });
  });

  it("is read back without secret marks", () => {
    expect(parseCheckpoint(state)).toEqual({
      live,
      inputs: { data: { token: "t", open: "o" } },
      initialApiVersion: "v1",
      fieldManager: "m",
    });
  });

  it("marks all data of a Secret, and a list that holds one secret as a whole", () => {
    expect(withSecrets({ apiVersion: "v1", kind: "Secret", data: { a: "YQ==" } }, {})["data"]).toEqual(
      secret({ a: "YQ==" }),
    );
    const list = withSecrets({ env: [{ value: "a" }, { value: "b" }] }, { env: [{ value: secret("a") }] })["env"];
    expect(isSecret(list)).toBe(true);
  });

  it("knows ids", () => {
    expect(idOf({ metadata: { name: "a", namespace: "n" } })).toBe("n/a");
    expect(idOf({ metadata: { name: "a" } })).toBe("a");
    expect([parseId("n/a"), parseId("a")]).toEqual([
      { namespace: "n", name: "a" },
      { namespace: "", name: "a" },
    ]);
  });
});

describe("inputs of a live object", () => {
  it("keep their spelling where it means the same, and show drift where it does not", () => {
    expect(
      liveInputs(
        { spec: { limits: { memory: "1024Mi" }, replicas: 1, gone: "x", empty: [] } },
        { spec: { limits: { memory: "1Gi" }, replicas: 3, theirs: 1 }, status: {} },
      ),
    ).toEqual({ spec: { limits: { memory: "1024Mi" }, replicas: 3, empty: [] } });
  });

  it("are all of it but status and server metadata for an import", () => {
    expect(
      inputsOfLive({
        kind: "Deployment",
        metadata: { name: "a", uid: "1", annotations: { "deployment.kubernetes.io/revision": "1" } },
        spec: {},
        status: {},
      }),
    ).toEqual({ kind: "Deployment", metadata: { name: "a" }, spec: {} });
  });
});

describe("field managers", () => {
  const entry = (manager: string, operation: string, fieldsV1: Properties, more: Properties = {}) => ({
    manager,
    operation,
    apiVersion: "v1",
    fieldsV1,
    ...more,
  });

  it("are stable for a resource, and follow state and annotation", () => {
    expect(fieldManager("urn:a", {})).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
    expect(fieldManager("urn:a", {})).toBe(fieldManager("urn:a", {}));
    expect(fieldManager("urn:a", {})).not.toBe(fieldManager("urn:b", {}));
    expect(fieldManager("urn:a", {}, "pulumi-kubernetes-1")).toBe("pulumi-kubernetes-1");
    expect(fieldManager("urn:a", { metadata: { annotations: { "pulumi.com/patchFieldManager": "x" } } }, "y")).toBe(
      "x",
    );
  });

  it("take over what the provider once created or kubectl applied, and nothing else", () => {
    const status = entry("pulumi-kubernetes", "Update", { "f:status": {} }, { subresource: "status" });
    const hpa = entry("kube-controller-manager", "Update", { "f:spec": { "f:replicas": {} } });
    const live = {
      apiVersion: "v1",
      metadata: {
        managedFields: [
          entry("pulumi-kubernetes", "Update", { "f:data": { "f:a": {} } }),
          entry("kubectl", "Apply", { "f:data": { "f:b": {} } }),
          entry("mine", "Apply", { "f:data": { "f:c": {} } }),
          status,
          hpa,
        ],
      },
    };
    expect(takeOver(live, "mine")).toEqual([
      status,
      hpa,
      {
        manager: "mine",
        operation: "Apply",
        apiVersion: "v1",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { "f:a": {}, "f:b": {}, "f:c": {} } },
      },
    ]);
    expect(takeOver({ metadata: { managedFields: [hpa, entry("mine", "Apply", {})] } }, "mine")).toBeUndefined();
    expect(appliedBy(live, "mine")).toBe(true);
    expect(appliedBy(live, "pulumi-kubernetes")).toBe(false);
  });
});

describe("kinds", () => {
  it.each([
    ["kubernetes:core/v1:Namespace", false],
    ["kubernetes:apps/v1:Deployment", true],
    ["kubernetes:policy/v1:PodDisruptionBudget", true],
    ["kubernetes:example.com/v1:Widget", undefined],
  ])("%s is namespaced: %s", (type, expected) => {
    expect(namespaced(identityOfType(type))).toBe(expected);
  });

  it.each([
    [
      "kubernetes:core/v1:ConfigMapList",
      "kubernetes:core/v1:ConfigMapList cannot be created: declare the items as resources of their own",
    ],
    [
      "kubernetes:core/v1:ConfigMapPatch",
      "the offline kubernetes plugin does not serve patch resources such as kubernetes:core/v1:ConfigMapPatch: install the official plugin (pulumi plugin install resource kubernetes)",
    ],
    [
      "kubernetes:helm.sh/v4:Chart",
      "the offline kubernetes plugin does not serve kubernetes:helm.sh/v4:Chart: install the official plugin (pulumi plugin install resource kubernetes), or declare the objects themselves",
    ],
    ["kubernetes:helm.sh/v3:Release", undefined],
    ["kubernetes:example.com/v1:AllowList", undefined],
  ])("%s: %s", (type, reason) => {
    expect(unsupportedType(type, identityOfType(type))).toBe(reason);
  });
});
