import { describe, expect, test } from "vitest";
import { chartImage, imageParts } from "../../../lib/chart-images.ts";
import { recordPlan } from "../../../tools/plan/record.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("parts of a reference", () => {
  test.each([
    ["quay.io/cilium/cilium:v1.19.1", "quay.io", "cilium/cilium", "v1.19.1", ""],
    [`docker.io/library/busybox:1@${digest}`, "docker.io", "library/busybox", "1", digest],
    ["127.0.0.1:5001/app:2", "127.0.0.1:5001", "app", "2", ""],
  ])("%s", (reference, registry, repository, tag, expected) => {
    expect(imageParts(reference)).toEqual({
      reference,
      name: `${registry}/${repository}`,
      version: expected === "" ? tag : `${tag}@${expected}`,
      registry,
      repository,
      tag,
      digest: expected,
      sha: expected.slice(7),
    });
  });
});

test("asks for an image of the chart only when its role is asked for", async () => {
  const asked: string[] = [];
  const plan = await recordPlan({ stack: "test" }, async () => {
    const pulumi = await import("@pulumi/pulumi");
    const image = chartImage(
      {
        reference: (key) => {
          asked.push(key);
          return pulumi.output(`registry.example/${key}:1`);
        },
      },
      "cilium",
    );
    const { repository, tag } = image("operator");
    return { repository, tag };
  });
  expect(asked).toEqual(["cilium.operator"]);
  expect(plan.outputs).toEqual({ repository: "cilium.operator", tag: "1" });
});
