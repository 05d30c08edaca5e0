import { describe, expect, test } from "vitest";
import { imageVersions } from "../../../chart-images.ts";
import { imagesByTag } from "../../../config/digests.ts";
import { ruleTraits } from "../../../config/rule-traits.ts";
import { images } from "../../../versions.ts";
import { parsedConfig } from "../../support/network.ts";

const existing = { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" };
const digest = `@sha256:${"a".repeat(64)}`;
const reason = "its publisher signs no release yet";
const app = (image: string) => ({ shop: { image, port: 8080 } });

describe("outside local clusters", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "an app's image",
      { apps: app("ghcr.io/acme/shop:1.4.2") },
      "strata:apps.shop.image: ghcr.io/acme/shop:1.4.2 has no digest, and this cluster's nodes pull by themselves: its tag may be pushed again. Append @sha256:...: docker buildx imagetools inspect ghcr.io/acme/shop:1.4.2 prints it",
    ],
    [
      "an image of versions.ts without one",
      { apps: app("versions:podinfo") },
      "strata:apps.shop.image: versions.ts knows no digest of podinfo, and this cluster's nodes pull by themselves: the tag may be pushed again. Set strata:images.overrides.podinfo to ghcr.io/stefanprodan/podinfo:",
    ],
    [
      "an override",
      { images: { overrides: { podinfo: "registry.example.com/podinfo:6.9.2" } } },
      "strata:images.overrides.podinfo: registry.example.com/podinfo:6.9.2 has no digest",
    ],
    [
      "what a section uses",
      { queue: { kind: "redpanda" } },
      "strata:queue.kind: versions.ts knows no digest of redpanda,",
    ],
    [
      "an exception that nothing needs",
      { policy: { kind: "none", byTag: { redpanda: reason } } },
      "strata:policy.byTag.redpanda: excuses nothing",
    ],
    [
      "an exception of what has a digest",
      { apps: app("versions:postgres"), policy: { kind: "none", byTag: { postgres: reason } } },
      "strata:policy.byTag.postgres: excuses nothing",
    ],
  ])("%s is refused", (_what, sections, message) => {
    expect(() => parsedConfig({ cluster: existing, ...sections })).toThrow(message);
  });

  test.each<[string, Record<string, unknown>]>([
    ["a digest", { apps: app(`ghcr.io/acme/shop:1.4.2${digest}`) }],
    ["a digest in versions.ts", { apps: app("versions:postgres") }],
    [
      "a digest by an override",
      {
        apps: app("versions:podinfo"),
        images: { overrides: { podinfo: `registry.example.com/podinfo:6.9.2${digest}` } },
      },
    ],
    ["a reason", { apps: app("versions:podinfo"), policy: { kind: "none", byTag: { podinfo: reason } } }],
    [
      "a reason for a reference",
      { apps: app("ghcr.io/acme/shop:1.4.2"), policy: { kind: "none", byTag: { "ghcr.io/acme/shop:1.4.2": reason } } },
    ],
    [
      "the rule made advisory",
      {
        apps: app("ghcr.io/acme/shop:1.4.2"),
        policy: { kind: "none", rules: { "strata-images": { level: "advisory", reason } } },
      },
    ],
    [
      "plans that nobody stops",
      { apps: app("ghcr.io/acme/shop:1.4.2"), policy: { kind: "none", preview: "advisory" } },
    ],
  ])("%s will do", (_what, sections) => {
    expect(() => parsedConfig({ cluster: existing, ...sections })).not.toThrow();
  });

  test("the cluster's own rule tolerates the same, by reference", () => {
    const config = parsedConfig({
      cluster: existing,
      apps: app("versions:podinfo"),
      policy: { kind: "kyverno", byTag: { podinfo: reason } },
    });
    expect(ruleTraits(config).digests).toEqual({ byTag: ["ghcr.io/stefanprodan/podinfo:6.9.2"] });
  });

  test("an operator's own image goes by the version of its chart", () => {
    const postgres = { kind: "cloudnative-pg", databases: { shop: { owner: "shop" } }, backup: { kind: "none" } };
    const { operator } = { operator: imageVersions["cloudnativePg.operator"] };
    expect(imagesByTag(parsedConfig({ cluster: existing, postgres }))).toEqual([
      `${operator?.repository}:${operator?.tag}`,
    ]);
  });
});

test("on a local cluster a tag will do: the host compares the digest that versions.ts knows", () => {
  const config = parsedConfig({ apps: app("ghcr.io/acme/shop:1.4.2") });
  expect(ruleTraits(config)).toEqual({ digests: "not asked", loadBalancers: {} });
});

test("each image of versions.ts without a digest is asked for where a stack uses it", () => {
  const sections: Record<string, Record<string, unknown>> = {
    redpanda: { queue: { kind: "redpanda" } },
    redpandaConsole: { queue: { kind: "redpanda" } },
    rustfs: { objectStore: { kind: "rustfs" } },
    podinfo: { apps: app("versions:podinfo") },
  };
  const bare = Object.entries(images)
    .filter(([, image]) => !("digest" in image) && !("recipe" in image))
    .map(([key]) => key)
    // The operator pulls it, and its section needs a stack of its own: test/plan/openbao.test.ts has one.
    .filter((key) => key !== "openbao");
  expect(bare.sort()).toEqual(Object.keys(sections).sort());
  for (const key of bare)
    expect(() => parsedConfig({ cluster: existing, ...sections[key] })).toThrow(`knows no digest of ${key},`);
});

describe("what is said of rules", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "a rule that is none",
      { rules: { "strata-image": { level: "advisory", reason } } },
      'strata:policy.rules.strata-image: Unknown rule "strata-image". Did you mean "strata-images"?',
    ],
    [
      "a level without a reason",
      { rules: { "strata-images": { level: "advisory" } } },
      "strata:policy.rules.strata-images.reason: ",
    ],
    [
      "an exception of a rule that is none",
      { exceptions: [{ rule: "strata-signatures", of: "apps/shop", reason }] },
      "strata:policy.exceptions[0].rule: ",
    ],
    [
      "an exception of everything",
      { exceptions: [{ rule: "strata-node", of: "*", reason }] },
      'Expected namespace/name of an object, for example "apps/shop"',
    ],
    [
      "an exception without a reason",
      { exceptions: [{ rule: "strata-node", of: "apps/shop", reason: "todo" }] },
      "Expected a reason of at least 10 characters",
    ],
  ])("%s is refused", (_what, policy, message) => {
    expect(() => parsedConfig({ policy: { kind: "none", ...policy } })).toThrow(message);
  });
});
