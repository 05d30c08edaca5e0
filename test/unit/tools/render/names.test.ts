import { expect, test } from "vitest";
import { fileNames } from "../../../../tools/render/names.ts";
import type { PlannedObject } from "../../../../tools/render/objects.ts";

const object = (kind: string, namespace: string | undefined, name: string, apiVersion = "v1"): PlannedObject => ({
  kind,
  namespace,
  name,
  component: "c",
  resource: { name: "resource", inputs: { apiVersion, kind } } as unknown as PlannedObject["resource"],
});

const names = (...objects: PlannedObject[]): string[] => [...fileNames(objects).keys()];

test("one object twice is a mistake of the program, and said by name", () => {
  expect(() => names(object("Service", "a", "x"), object("Service", "a", "x"))).toThrow(
    "Two resources are the same object: Service a/x (resource)",
  );
});

test("kind and name, in lower case, sorted", () => {
  expect(names(object("Service", "a", "x"), object("ConfigMap", "a", "x"))).toEqual([
    "configmap-x.yaml",
    "service-x.yaml",
  ]);
});

test("what is no file name everywhere becomes one", () => {
  expect(names(object("ClusterRole", undefined, "system:strata/x"))).toEqual(["clusterrole-system-strata-x.yaml"]);
});

test("the namespace is in front where two would be the same file, and of those only", () => {
  expect(names(object("Role", "a", "x"), object("Role", "b", "x"), object("Role", "a", "y"))).toEqual([
    "a-role-x.yaml",
    "b-role-x.yaml",
    "role-y.yaml",
  ]);
});

test("the API group is in front of that where two kinds have one name", () => {
  expect(names(object("Service", "a", "x"), object("Service", "a", "x", "serving.knative.dev/v1"))).toEqual([
    "core-a-service-x.yaml",
    "serving.knative.dev-a-service-x.yaml",
  ]);
});
