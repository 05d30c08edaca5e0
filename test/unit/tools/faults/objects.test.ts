import { expect, test } from "vitest";
import { compare, seen } from "../../../support/objects.ts";

const object = (name: string, more = {}) => ({
  metadata: { name, namespace: "n", uid: "u", resourceVersion: "1", ...more },
});
const ours = { managedFields: [{ manager: "pulumi-kubernetes-1234abcd" }] };
const label = { labels: { "app.kubernetes.io/managed-by": "pulumi" } };
const state = (type: string, id: string) => ({ urn: `urn:${type}:${id}`, type, id });

test("objects and state are told apart in every direction", () => {
  const objects = [
    seen("apps", "Deployment", object("a", ours)),
    seen("", "Secret", object("left", ours)),
    seen("", "Service", object("labelled", label)),
    // Made by controllers out of ours.
    seen("apps", "ReplicaSet", object("a-1", { ...label, ownerReferences: [{}] })),
    seen("", "Endpoints", object("a", label)),
    seen("", "ConfigMap", object("foreign")),
  ];
  const resources = [
    state("kubernetes:apps/v1:Deployment", "n/a"),
    state("kubernetes:core/v1:Secret", "n/gone"),
    state("kubernetes:apps/v1:Deployment", "n/a"),
    state("random:index/randomPassword:RandomPassword", "none"),
  ];
  expect(compare(objects, resources)).toEqual({
    leftOver: ["/Secret/n/left", "/Service/n/labelled"],
    missing: ["/Secret/n/gone"],
    twice: ["apps/Deployment/n/a"],
  });
});
