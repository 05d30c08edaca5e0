// Who delivers what: small programs in the shape of the layers, recorded twice with other secrets.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Job } from "@pulumi/kubernetes/batch/v1/job.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccountPatch } from "@pulumi/kubernetes/core/v1/serviceAccountPatch.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { describe, expect, test } from "vitest";
import { Component, type Layer } from "../../../../lib/component.ts";
import { checksum, checksumAnnotation } from "../../../../lib/workload.ts";
import { recordPlan } from "../../../../tools/plan/record.ts";
import { type Division, differences, divide } from "../../../../tools/render/divide.ts";

class Part extends Component {
  constructor(layer: Layer, name: string, options?: pulumi.ComponentResourceOptions) {
    super(layer, "Part", name, options);
  }
}

type Build = (child: pulumi.CustomResourceOptions) => void;

const record = (build: Build, salt: string, layer: Layer) =>
  recordPlan({ stack: "test", salt }, () => {
    build({ parent: new Part(layer, "part") });
    return {};
  });

const divided = async (build: Build, layer: Layer = "platform"): Promise<Division> =>
  divide(await record(build, "", layer), await record(build, "another-", layer));

const password = () => new RandomPassword("password", { length: 32 }).result;
const metadata = { name: "x", namespace: "n" };

const workload = (value: pulumi.Input<string>) => ({
  metadata,
  spec: {
    selector: {},
    template: { metadata: { annotations: { [checksumAnnotation]: value } }, spec: { containers: [] } },
  },
});

const reasons = ({ staying }: Division): string[] =>
  staying.map(({ object, reason }) => `${object.kind} ${object.name}: ${reason}`);

describe("what stays with Pulumi", () => {
  test.each<[what: string, build: Build, reason: string]>([
    ["a Secret, whatever is in it", (child) => new Secret("x", { metadata }, child), "Secret x: it is a Secret"],
    [
      "a value that is marked secret",
      (child) => new ConfigMap("x", { metadata, data: { a: "b", key: pulumi.secret("plain") } }, child),
      "ConfigMap x: it holds a secret: data.key",
    ],
    [
      "a random value",
      (child) => new ConfigMap("x", { metadata, data: { key: password() } }, child),
      "ConfigMap x: it holds a secret: data.key",
    ],
    [
      "a random value whose mark was taken off",
      (child) => new ConfigMap("x", { metadata, data: { key: pulumi.unsecret(password()) } }, child),
      "ConfigMap x: it depends on a secret: data.key",
    ],
    [
      "a random value that was never marked",
      (child) => new ConfigMap("x", { metadata, data: { key: new RandomId("id", { byteLength: 4 }).hex } }, child),
      "ConfigMap x: it depends on a secret: data.key",
    ],
    [
      "the hash of one, where it is no checksum of a pod template",
      (child) =>
        new ConfigMap(
          "x",
          { metadata, data: { key: pulumi.unsecret(password()).apply((text) => checksum(text)) } },
          child,
        ),
      "ConfigMap x: it depends on a secret: data.key",
    ],
    [
      "a Job that has to bring a new secret somewhere",
      (child) => new Job("x", workload(pulumi.unsecret(password())), child),
      "Job x: it runs anew with every new secret",
    ],
    [
      "what is no object but a change of one",
      (child) => new ServiceAccountPatch("x", { metadata }, child),
      "ServiceAccount x: only Pulumi can make it",
    ],
  ])("%s", async (_what, build, reason) => {
    const division = await divided(build);
    expect(reasons(division)).toEqual([reason]);
    expect(division.delivered).toEqual([]);
  });

  test("a namespace: Secrets are made in it before GitOps runs", async () => {
    const division = await divided((child) => {
      new Namespace("n", { metadata: { name: "n" } }, child);
      new ConfigMap("x", { metadata }, child);
    });
    expect(reasons(division)).toEqual(["Namespace n: others are delivered into it"]);
    expect(division.delivered.map(({ name }) => name)).toEqual(["x"]);
  });
});

describe("what GitOps delivers", () => {
  test("a workload whose checksum alone depends on a secret, which is then said", async () => {
    const division = await divided(
      (child) => new Deployment("x", workload(pulumi.unsecret(password()).apply((text) => checksum(text))), child),
    );
    expect(division.delivered.map(({ name }) => name)).toEqual(["x"]);
    expect(division.unaware.map(({ name }) => name)).toEqual(["x"]);
  });

  test("what depends on no secret, with its component", async () => {
    const division = await divided((child) => {
      const inner = new Part("platform", "part-inner", child as pulumi.ComponentResourceOptions);
      new ConfigMap("x", { metadata, data: { a: "b" } }, { parent: inner });
    });
    expect(division.staying).toEqual([]);
    expect(division.unaware).toEqual([]);
    expect(division.delivered).toMatchObject([
      { component: "part-inner", kind: "ConfigMap", namespace: "n", name: "x" },
    ]);
  });

  test.each<[Layer, number]>([
    ["cluster", 0],
    ["network", 0],
    ["platform", 1],
    ["apps", 1],
  ])("of layer %s: %i", async (layer, count) => {
    const { delivered, staying } = await divided((child) => new ConfigMap("x", { metadata }, child), layer);
    expect([delivered.length, staying.length]).toEqual([count, 0]);
  });

  test("two components of one name are two folders", async () => {
    const { delivered } = await divided((child) => {
      new ConfigMap("x", { metadata }, child);
      new ConfigMap("y", { metadata: { ...metadata, name: "y" } }, { parent: new Part("apps", "part") });
    });
    expect(delivered.map(({ component, name }) => [component, name])).toEqual([
      ["platform-part", "x"],
      ["apps-part", "y"],
    ]);
  });
});

test("two objects of one resource name, in two components, keep their own inputs", async () => {
  const { delivered } = await divided((child) => {
    new ConfigMap("x", { metadata: { ...metadata, name: "one" } }, child);
    new ConfigMap("x", { metadata: { ...metadata, name: "two" } }, { parent: new Part("apps", "other") });
  });
  expect(delivered.map(({ name }) => name).sort()).toEqual(["one", "two"]);
});

test("differences are told by path", () => {
  const value = { a: [1, { b: "x" }], c: null };
  expect(differences(value, { a: [1, { b: "x" }], c: null })).toEqual([]);
  expect(differences(value, { a: [1, { b: "y" }, 3], c: null })).toEqual(["a.1.b", "a.2"]);
  expect(differences(value, { a: [1, { b: "x" }] })).toEqual(["c"]);
});
