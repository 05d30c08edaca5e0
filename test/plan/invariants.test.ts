// What must hold for every resource of every stack. Each sweep also says how much it must find, so that it cannot pass on nothing.
import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../config/parse.ts";
import { ruleTraits } from "../../config/rule-traits.ts";
import { nodeAccess } from "../../lib/node-access.ts";
import { namespaces } from "../../names.ts";
import { judge, sentence } from "../../policy/judge.ts";
import { planRules } from "../../policy/rules/index.ts";
import { placeOf } from "../../policy/rules/objects.ts";
import type { RuleTraits } from "../../policy/rules/types.ts";
import { plannedObjects } from "../../tools/plan/judged.ts";
import type { Plan, Registration } from "../../tools/plan/record.ts";
import { type ImageVersion, imageReference, images } from "../../versions.ts";
import {
  containersOf,
  isNamespaced,
  type KubernetesObject,
  objectsOf,
  type Workload,
  workloadsOf,
} from "../support/kubernetes.ts";
import { stackSections } from "../support/stack-file.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

const imagesSection = (stack: string): { readonly overrides?: Readonly<Record<string, string>> } =>
  JSON.parse(stackSections(stack)["images"] ?? "{}") as { readonly overrides?: Readonly<Record<string, string>> };

describe.each(stacks)("%s", (stack) => {
  const isWhole = stack === "full" || stack === "eks";
  let traits: RuleTraits;
  let plan: Plan;
  let objects: KubernetesObject[];
  let workloads: Workload[];

  beforeAll(async () => {
    traits = ruleTraits(parseConfig({ file: `Pulumi.${stack}.yaml`, sections: stackSections(stack) }));
    plan = await planOf(stack);
    objects = objectsOf(plan);
    workloads = workloadsOf(plan);
    expect(objects.length).toBeGreaterThan(60);
    expect(workloads.length).toBeGreaterThan(10);
  });

  /** Names of those that break a rule. */
  const offenders = <T extends KubernetesObject>(all: T[], breaks: (object: T) => boolean): string[] =>
    all.filter(breaks).map(({ resource }) => resource.name);

  test("calls no function: a preview needs no cluster and no cloud", () => {
    expect(plan.calls).toEqual([]);
  });

  test("stays within its budget of resources", () => {
    // A warm run pays for each of them.
    expect(plan.resources.length).toBeLessThanOrEqual(isWhole ? 350 : 190);
  });

  test("has no Output printed into a string", () => {
    const broken = plan.resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes("Calling [toString] on an [Output"),
    );
    expect(broken.map(({ name }) => name)).toEqual([]);
  });

  test("names every child after its component", () => {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const strangers = plan.resources.filter(({ parent, name }) => {
      const component = byUrn.get(parent);
      return component?.type.startsWith("strata:") && !name.startsWith(component.name.replace(/-secrets$/, ""));
    });
    expect(strangers.map(({ name }) => name)).toEqual([]);
  });

  test("uses the one explicit provider, and dies with the cluster", () => {
    // With GitOps there is one more, which writes files: only for what holds no secret, and only in the layers above the network.
    const files = objects.filter(({ resource }) => resource.provider.endsWith("::gitops-files"));
    expect(files.length > 50).toBe(isWhole);
    expect(offenders(files, ({ kind, resource }) => kind === "Secret" || resource.secretPaths.length > 0)).toEqual([]);
    expect(offenders(files, ({ resource }) => !/:strata:(platform|apps):/.test(resource.parent))).toEqual([]);
    expect(
      offenders(
        objects,
        // On AWS some objects are there before the nodes are, by a provider that waits for less.
        (object) => !files.includes(object) && !/::cluster-(early-)?provider$/.test(object.resource.provider),
      ),
    ).toEqual([]);
    // The engine hands deletedWith down from the parent.
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const deletedWith = (resource: Registration | undefined): string =>
      resource === undefined ? "" : resource.deletedWith || deletedWith(byUrn.get(resource.parent));
    // On AWS each object is deleted by itself: a Service or claim that goes with its cluster leaves its load balancer or volume behind.
    const expected = stack === "eks" ? /^$/ : /::cluster-provider$/;
    expect(offenders(objects, ({ resource }) => !expected.test(deletedWith(resource)))).toEqual([]);
  });

  test("gives every object a name, and a namespace where it needs one", () => {
    expect(offenders(objects, ({ metadata }) => !metadata.name)).toEqual([]);
    expect(offenders(objects, (object) => isNamespaced(object) && !object.metadata.namespace)).toEqual([]);
    const known = new Set<string>([...Object.values(namespaces), "kube-system"]);
    expect(
      offenders(objects, ({ metadata }) => metadata.namespace !== undefined && !known.has(metadata.namespace)),
    ).toEqual([]);
  });

  describe("keeps the rules of the policy pack", () => {
    /** Exceptions of the rules themselves that something of the plan needs. */
    const needed = new Set<string>();

    test.each(planRules({ digests: "not asked", loadBalancers: {} }).map(({ name }) => name))("%s", (name) => {
      const rule = planRules(traits).find((known) => known.name === name);
      if (rule === undefined) throw new Error(`the stack has no rule ${name}`);
      const all = plannedObjects(plan);
      const bench = {
        excused: (_: unknown, place: string) => {
          if (rule.except[place] !== undefined) needed.add(place);
          return rule.except[place];
        },
      };
      const found = all.flatMap((one) => judge(rule, one, all, bench));
      expect(found.map(sentence)).toEqual([]);
    });

    test("and needs each exception of theirs", () => {
      const there = new Set(objects.map((object) => placeOf({ ...object.resource, hasDeadline: true })));
      const possible = planRules(traits)
        .flatMap(({ except }) => Object.keys(except))
        .filter((place) => there.has(place));
      expect([...needed].sort()).toEqual(possible.sort());
      expect(possible).toEqual(expect.arrayContaining(Object.keys(nodeAccess)));
    });
  });

  test("takes every image from the versions file", () => {
    const known = new Set<string>(Object.values(images).map(imageReference));
    const used = workloads.flatMap((workload) => containersOf(workload).map(({ image }) => image));
    // The tag of an image with a recipe here ends with the recipe's key.
    const recipe = imageReference(images.otelCollector);
    const withoutDigest = (image: string) => image.replace(/@sha256:[0-9a-f]{64}$/, "");
    const overrides = Object.values(imagesSection(stack).overrides ?? {}).map(withoutDigest);
    const bare = used.map(withoutDigest);
    expect(
      bare.filter((image) => !known.has(image) && !image.startsWith(`${recipe}-`) && !overrides.includes(image)),
    ).toEqual([]);
    // Nodes that pull by themselves compare what they get.
    const pinned = Object.values<ImageVersion>(images)
      .filter(({ digest }) => digest !== undefined)
      .map(imageReference);
    if (stack === "eks") expect(used.filter((image) => pinned.includes(image))).toEqual([]);
    expect(used.length).toBeGreaterThan(12);
  });

  test("waits for no Service", () => {
    const services = objects.filter(({ kind }) => kind === "Service");
    expect(services.length).toBeGreaterThan(8);
    const awaited = services.filter(({ metadata }) => metadata.annotations?.["pulumi.com/skipAwait"] !== "true");
    // Their pods are made by an operator, for which no release waits.
    const operated = plan.resources.some(({ name }) => name === "observability-stack")
      ? ["observability-alertmanager", "observability-grafana", "observability-prometheus"]
      : stack === "eks"
        ? // Its load balancer's name is what the records point at.
          ["traefik"]
        : [];
    expect(awaited.map(({ resource }) => resource.name).sort()).toEqual(operated);
  });

  test("exposes no node port twice", () => {
    const used = objects
      .filter(({ kind }) => kind === "Service")
      .flatMap(({ spec }) =>
        ((spec["ports"] ?? []) as { nodePort?: number }[]).flatMap(({ nodePort }) => nodePort ?? []),
      );
    expect(new Set(used).size).toBe(used.length);
  });

  test("keeps every generated secret out of everything but Secrets", () => {
    // The mocks give every generated value a telling text, see mock-state.ts.
    const telling = /password-of-|string-of-|(ab){16}|(cd){12}/;
    const leaks = plan.resources.filter(
      ({ type, inputs }) => type !== "kubernetes:core/v1:Secret" && telling.test(JSON.stringify(inputs)),
    );
    expect(leaks.map(({ name }) => name)).toEqual([]);
    expect(objects.filter(({ kind }) => kind === "Secret").length).toBeGreaterThan(3);
  });
});
