// What must hold for every resource of every stack. Each sweep also says how much it must find, so that it cannot pass on nothing.
import { beforeAll, describe, expect, test } from "vitest";
import { nodeAccess } from "../../lib/node-access.ts";
import { namespaces, nodePorts } from "../../names.ts";
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
  let plan: Plan;
  let objects: KubernetesObject[];
  let workloads: Workload[];

  beforeAll(async () => {
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

  test("denies every flow in every namespace of its own, and writes down those of every workload", () => {
    const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
    const own = objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    const denied = policies
      .filter(({ metadata }) => metadata.name === "deny-all")
      .map(({ metadata }) => metadata.namespace);
    expect(denied.sort()).toEqual(own.sort());
    const covered = (workload: Workload) =>
      policies.some(({ metadata, spec }) => {
        const labels = Object.entries(
          (spec["podSelector"] as { matchLabels?: Record<string, string> }).matchLabels ?? {},
        );
        return (
          metadata.namespace === workload.metadata.namespace &&
          labels.length > 0 &&
          labels.every(([key, value]) => workload.podLabels[key] === value)
        );
      });
    // A pod on the host's network is outside the reach of any NetworkPolicy.
    expect(offenders(workloads, (workload) => !workload.pod.hostNetwork && !covered(workload))).toEqual([]);
  });

  test("enforces the restricted pod security standard but for those who work on the nodes", () => {
    const levels = objects
      .filter(({ kind }) => kind === "Namespace")
      .map(({ metadata }) => [metadata.name, metadata.labels?.["pod-security.kubernetes.io/enforce"]] as const);
    const onNodes: string[] = [namespaces.nodeAgents, namespaces.mesh];
    const there = levels.map(([name]) => name).filter((name) => onNodes.includes(name ?? ""));
    expect(levels.filter(([, level]) => level !== "restricted").map(([name]) => name)).toEqual(there);
  });

  test("hardens every container", () => {
    const needed = new Set<string>();
    const bad = workloads.flatMap((workload) =>
      containersOf(workload).flatMap((container) => {
        const id = `${workload.metadata.namespace}/${workload.metadata.name}`;
        const pod = workload.pod.securityContext ?? {};
        const own = container.securityContext ?? {};
        const relaxed: string[] = [];
        if ((own.runAsNonRoot ?? pod.runAsNonRoot) !== true || (own.runAsUser ?? pod.runAsUser ?? 0) === 0)
          relaxed.push("may run as root");
        if (workload.pod.hostNetwork || workload.pod.hostPID) relaxed.push("shares a namespace of the host");
        if (workload.pod.volumes?.some((volume) => volume.hostPath)) relaxed.push("mounts the host");
        if (relaxed.length > 0 && id in nodeAccess) needed.add(id);
        const faults = id in nodeAccess ? [] : relaxed;
        if (own.privileged) faults.push("is privileged");
        if (own.allowPrivilegeEscalation !== false) faults.push("may escalate privileges");
        if (own.readOnlyRootFilesystem !== true) faults.push("has a writable root");
        if (!own.capabilities?.drop?.includes("ALL")) faults.push("keeps capabilities");
        if ((own.seccompProfile ?? pod.seccompProfile)?.type !== "RuntimeDefault")
          faults.push("has no seccomp profile");
        if (!container.resources?.requests?.["cpu"] || !container.resources.requests["memory"])
          faults.push("requests nothing");
        if (!container.resources?.limits?.["memory"]) faults.push("has no memory limit");
        return faults.map((fault) => `${id}/${container.name} ${fault}`);
      }),
    );
    expect(bad).toEqual([]);
    expect([...needed].sort()).toEqual(Object.keys(nodeAccess).sort());
  });

  test("mounts an API token only where a service account is named", () => {
    expect(offenders(workloads, ({ pod }) => pod.automountServiceAccountToken === undefined)).toEqual([]);
  });

  test("takes every image from the versions file, at a fixed tag", () => {
    const known = new Set<string>(Object.values(images).map(imageReference));
    const used = workloads.flatMap((workload) => containersOf(workload).map(({ image }) => image));
    // The tag of an image with a recipe here ends with the recipe's key.
    const recipe = imageReference(images.otelCollector);
    const overrides = Object.values(imagesSection(stack).overrides ?? {});
    const bare = used.map((image) => image.replace(/@sha256:[0-9a-f]{64}$/, ""));
    expect(
      bare.filter((image) => !known.has(image) && !image.startsWith(`${recipe}-`) && !overrides.includes(image)),
    ).toEqual([]);
    // Nodes that pull by themselves compare what they get.
    const pinned = Object.values<ImageVersion>(images)
      .filter(({ digest }) => digest !== undefined)
      .map(imageReference);
    if (stack === "eks") expect(used.filter((image) => pinned.includes(image))).toEqual([]);
    expect(used.filter((image) => /:latest$|^[^:]+$/.test(image))).toEqual([]);
    expect(used.length).toBeGreaterThan(12);
  });

  test("waits for workloads with a deadline, and for no Service", () => {
    expect(offenders(workloads, ({ resource }) => !resource.customTimeouts)).toEqual([]);
    const services = objects.filter(({ kind }) => kind === "Service");
    expect(services.length).toBeGreaterThan(8);
    const awaited = services.filter(({ metadata }) => metadata.annotations?.["pulumi.com/skipAwait"] !== "true");
    expect(offenders(awaited, ({ resource }) => !resource.customTimeouts)).toEqual([]);
    // Their pods are made by an operator, for which no release waits.
    const operated = plan.resources.some(({ name }) => name === "observability-stack")
      ? ["observability-alertmanager", "observability-grafana", "observability-prometheus"]
      : stack === "eks"
        ? // Its load balancer's name is what the records point at.
          ["traefik"]
        : [];
    expect(awaited.map(({ resource }) => resource.name).sort()).toEqual(operated);
  });

  test("exposes only the node ports of the names file", () => {
    const used = objects
      .filter(({ kind }) => kind === "Service")
      .flatMap(({ spec }) =>
        ((spec["ports"] ?? []) as { nodePort?: number }[]).flatMap(({ nodePort }) => nodePort ?? []),
      );
    const allowed = new Set<number>(Object.values(nodePorts));
    expect(used.filter((port) => !allowed.has(port))).toEqual([]);
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
