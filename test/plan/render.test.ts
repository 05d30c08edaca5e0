// What is rendered for GitOps: all of layers 3 and 4 that is no secret, the same on every machine, and nothing else.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { deliversStack } from "../../config/gitops-delivers.ts";
import { UserError } from "../../lib/errors.ts";
import { checksumAnnotation } from "../../lib/workload.ts";
import { divide } from "../../tools/render/divide.ts";
import { compareFolder } from "../../tools/render/folder.ts";
import { manifestOf } from "../../tools/render/manifest.ts";
import { type PlannedObject, plannedObjects } from "../../tools/render/objects.ts";
import { recordStack, type StackSource } from "../../tools/render/program.ts";
import { renderStack } from "../../tools/render/stack.ts";
import { type Tree, treeOf } from "../../tools/render/tree.ts";
import { stackConfig } from "../support/stack-file.ts";
import { planOf, stacks } from "../support/stack-plan.ts";

const devFast: StackSource = {
  stack: "dev-fast",
  text: readFileSync(new URL("../../Pulumi.dev-fast.yaml", import.meta.url), "utf8"),
};

/** A cluster that this machine has no kubeconfig of, an app with everything secret that an app can have, and one with nothing. */
const fixture: StackSource = {
  stack: "fixture",
  text: `
config:
  strata:cluster: { kind: existing, kubeconfig: /nowhere/kubeconfig, context: prod }
  strata:policy: { kind: none, preview: advisory }
  strata:tunnelCredentials: { secure: v1:abc }
  strata:postgres: { databases: { shop: { owner: shop } } }
  strata:objectStore: { kind: garage, capacity: 4Gi }
  strata:apps:
    plain: { image: "ghcr.io/acme/plain:1.0", port: 8080 }
    shop: { image: "ghcr.io/acme/shop:1.0", port: 8080, database: shop, bucket: uploads }
    tokens: { image: "ghcr.io/acme/tokens:1.0", port: 8080, env: { TOKEN: { secure: v1:def } } }
`,
};

/** dev-fast, rendered once for this file. */
let usual: ReturnType<typeof renderStack> | undefined;
const renderedDevFast = () => {
  usual ??= renderStack(devFast);
  return usual;
};

const identity = ({ kind, namespace, name }: PlannedObject): string => `${kind} ${namespace ?? ""}/${name}`;

/** Files of objects: path to document. */
const documents = (tree: Tree): Map<string, unknown> =>
  new Map(
    [...tree]
      .filter(([path]) => path.includes("/") && !path.endsWith("/kustomization.yaml"))
      .map(([path, text]) => [path, parse(text)]),
  );

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a mistake in the stack file", () => {
  test.each([
    ["config: { strata:cluster: { kind: kind }, strata:postgress: {} }", 'Did you mean "postgres"?'],
    ["config: { strata:cluster: { kind: existing } }", "strata:cluster.kubeconfig: missing"],
    ["config: { strata:cluster: text }", "strata:cluster: expected a mapping of keys"],
    // Found while the layers are built.
    [
      "config: { strata:cluster: { kind: kind }, strata:postgres: { databases: { shop: { owner: postgres } } } }",
      '"postgres" is reserved',
    ],
  ])("%s", async (text, message) => {
    const failure = renderStack({ stack: "fixture", text });
    await expect(failure).rejects.toThrow(UserError);
    await expect(failure).rejects.toThrow(message);
  });
});

describe("dev-fast", () => {
  test("is rendered whole: every object of layers 3 and 4 is delivered or named as staying, as it is in the plan", async () => {
    const plan = await planOf("dev-fast");
    const { tree, division } = await renderedDevFast();
    const all = plannedObjects(plan);
    const { delivered, staying } = division;
    expect(delivered.length).toBeGreaterThan(50);
    expect(staying.length).toBeGreaterThan(8);
    expect([...delivered, ...staying.map(({ object }) => object)].map(identity).sort()).toEqual(
      all.map(identity).sort(),
    );
    const wanted = delivered.map(identity);
    expect([...documents(tree).values()]).toHaveLength(delivered.length);
    expect(new Set(documents(tree).values())).toEqual(
      new Set(
        all.filter((object) => wanted.includes(identity(object))).map(({ resource }) => manifestOf(resource.inputs)),
      ),
    );
    const list = parse(tree.get("stays-with-pulumi.yaml") ?? "") as { objects: PlannedObject[] };
    expect(list.objects.map(identity).sort()).toEqual(staying.map(({ object }) => identity(object)).sort());
  });

  test("lists every file in its component's kustomization, and every component in the stack's", async () => {
    const { tree } = await renderedDevFast();
    const resources = (path: string) => (parse(tree.get(path) ?? "") as { resources: string[] }).resources;
    const components = resources("kustomization.yaml");
    expect(components).toEqual([
      "apps",
      "garage",
      "observability",
      ...["alertmanager", "collector", "grafana", "kube-state-metrics", "loki"].map((name) => `observability-${name}`),
      ...["node-exporter", "prometheus", "tempo"].map((name) => `observability-${name}`),
      "podinfo",
      "postgres",
    ]);
    const listed = components.flatMap((component) =>
      resources(`${component}/kustomization.yaml`).map((file) => `${component}/${file}`),
    );
    expect(listed.sort()).toEqual([...documents(tree).keys()].sort());
  });

  test("has nothing of Pulumi's provider in it", async () => {
    const { tree } = await renderedDevFast();
    expect([...tree].filter(([, text]) => text.includes("pulumi.com/")).map(([path]) => path)).toEqual([]);
  });

  test("is the same on another machine, whatever its environment says", async () => {
    const { tree } = await renderedDevFast();
    vi.stubEnv("STRATA_CLUSTER", "kwok");
    vi.stubEnv("STRATA_IMAGES_ARCHIVE", "/srv/images");
    vi.stubEnv("LANG", "sv_SE.UTF-8");
    const arch = Object.getOwnPropertyDescriptor(process, "arch");
    Object.defineProperty(process, "arch", { value: process.arch === "arm64" ? "x64" : "arm64", configurable: true });
    try {
      const { tree: other } = await renderStack(devFast);
      expect([...other]).toEqual([...tree]);
    } finally {
      if (arch) Object.defineProperty(process, "arch", arch);
    }
    expect(process.env["STRATA_CLUSTER"]).toBe("kwok");
  });
});

describe("secrets", () => {
  const planted = "planted-4711-";
  const hidden = ["planted-4711", Buffer.from(planted).toString("base64").slice(0, 15)];

  test.each([devFast, fixture])(
    "$stack: no known secret is in any file, and none changes one but for checksums",
    async (source) => {
      const plan = await recordStack(source, planted);
      expect(JSON.stringify(plan.resources.map(({ inputs }) => inputs))).toContain("planted-4711");
      const tree = treeOf(source.stack, divide(plan, await recordStack(source, "another-")));
      for (const [path, text] of tree)
        expect([path, hidden.filter((secret) => text.includes(secret))]).toEqual([path, []]);

      const { tree: usual, division } = await (source === devFast ? renderedDevFast() : renderStack(source));
      expect([...tree.keys()]).toEqual([...usual.keys()]);
      const changed = [...tree].filter(([path, text]) => text !== usual.get(path)).map(([path]) => path);
      expect(changed).toHaveLength(division.unaware.length);
      const checksum = new RegExp(`^ +${checksumAnnotation}: .*$`, "m");
      for (const path of changed)
        expect(tree.get(path)?.replace(checksum, "")).toBe(usual.get(path)?.replace(checksum, ""));
    },
  );

  test("an app that is given an encrypted value stays with Pulumi, one that reads it from a Secret does not", async () => {
    const { tree, division } = await renderStack(fixture);
    const reason = (kind: string, name: string) =>
      division.staying.find(({ object }) => object.kind === kind && object.name === name)?.reason;
    expect(reason("Deployment", "tokens")).toMatch(
      /^it depends on a secret: spec\.template\.spec\.containers\.0\.env\./,
    );
    expect(reason("Secret", "shop")).toBe("it is a Secret");
    expect(reason("Namespace", "apps")).toBe("others are delivered into it");
    expect([...tree.keys()]).toEqual(
      expect.arrayContaining([
        "plain/deployment-plain.yaml",
        "shop/deployment-shop.yaml",
        "tokens/service-tokens.yaml",
      ]),
    );
    expect(division.unaware.map(({ name }) => name)).toEqual(["shop"]);
  });
});

test("the committed folders are what the program comes to: a pull request shows what really changes", async () => {
  const root = new URL("../../gitops/", import.meta.url);
  const delivered = stacks.filter((stack) => {
    const gitops = stackConfig(stack)["strata:gitops"];
    return gitops !== undefined && deliversStack(JSON.parse(gitops));
  });
  expect(delivered.length).toBeGreaterThan(1);
  expect(readdirSync(root).sort()).toEqual(delivered);
  for (const stack of delivered) {
    const text = readFileSync(new URL(`../Pulumi.${stack}.yaml`, root), "utf8");
    const { tree } = await renderStack({ stack, text });
    // Otherwise: npm run render STACK
    expect([stack, compareFolder(fileURLToPath(new URL(stack, root)), tree)]).toEqual([stack, []]);
  }
});
