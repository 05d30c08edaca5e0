import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { stackFileSchema } from "../../../config/json-schema.ts";
import { type ParseInput, parseConfig } from "../../../config/parse.ts";
import { configurationReference } from "../../../config/reference.ts";
import { sectionNames } from "../../../config/schema.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { stackSections } from "../../support/stack-file.ts";

type Sections = Record<string, unknown>;
const kind = { kind: "kind" };
const app = { image: "versions:podinfo", port: 9898 };

const issues = (sections: Sections, overrides: ParseInput["overrides"] = {}): readonly string[] => {
  const raw = Object.fromEntries(Object.entries(sections).map(([name, value]) => [name, JSON.stringify(value)]));
  try {
    parseConfig({ file: "Pulumi.test.yaml", sections: raw, overrides });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

describe("a wrong stack file", () => {
  const wrong: [string, Sections, string[]][] = [
    [
      "unknown section",
      { cluster: kind, newtork: {} },
      [`strata:newtork: unknown key. Did you mean "network"? Allowed here: ${sectionNames.join(", ")}`],
    ],
    ["no cluster", {}, ["strata:cluster: missing. Expected a value of type object"]],
    [
      "unknown cluster kind",
      { cluster: { kind: "knd" } },
      ['strata:cluster.kind: "knd" is not allowed. Did you mean "kind"? Allowed: kind, k3d, kwok, eks, existing'],
    ],
    [
      "unknown Kubernetes version",
      { cluster: { kind: "kind", kubernetes: "1.12" } },
      ['strata:cluster.kubernetes: "1.12" is not allowed. Allowed: 1.34, 1.35, 1.36'],
    ],
    [
      "a log agent that is refused for a reason",
      { cluster: kind, objectStore: { kind: "garage" }, observability: { logs: { agent: "elastic" } } },
      [
        'strata:observability.logs.agent: "elastic" is refused. Elastic\'s agents ship to Elasticsearch, which strata does not run: every log dashboard asks Loki. Use alloy or fluent-bit',
      ],
    ],
    [
      "a log agent that nobody knows",
      { cluster: kind, objectStore: { kind: "garage" }, observability: { logs: { agent: "fluentbit" } } },
      [
        'strata:observability.logs.agent: "fluentbit" is not allowed. Did you mean "fluent-bit"? Allowed: otel, alloy, fluent-bit',
      ],
    ],
    [
      "a kind within a kind",
      { cluster: { kind: "kind" }, postgres: { kind: "cloudnative-pg", backup: { kind: "objectstore" } } },
      [
        'strata:postgres.backup.kind: "objectstore" is not allowed. Did you mean "objectStore"? Allowed: objectStore, none',
      ],
    ],
    [
      "another monitoring stack",
      { cluster: kind, objectStore: { kind: "garage" }, observability: { kind: "prometheus-operator" } },
      ['strata:observability.kind: "prometheus-operator" is not allowed. Allowed: native, kube-prometheus-stack'],
    ],
    [
      "a shorter retention than Loki has",
      { cluster: kind, objectStore: { kind: "garage" }, observability: { loki: { retention: "6h" } } },
      ['strata:observability.loki.retention: got "6h". Expected 24 hours or more, for example "24h" or "168h"'],
    ],
    [
      "a time to live without a unit",
      { cluster: { kind: "kind", ttl: "8" } },
      ['strata:cluster.ttl: got "8". Expected a duration with its unit, for example "30s" or "24h"'],
    ],
    [
      "a time to live that a run may outlast",
      { cluster: { kind: "kwok", ttl: "4m" } },
      ['strata:cluster.ttl: got "4m". Expected 5 minutes or more, for example "30m" or "8h"'],
    ],
    [
      "a time to live of somebody else's cluster",
      { cluster: { kind: "existing", kubeconfig: "~/.kube/config", context: "team", ttl: "8h" } },
      [
        "strata:cluster.ttl: not for this kind. Only a cluster that strata makes (kind, k3d, kwok) has a time to live: nothing deletes an existing one. Remove the key",
      ],
    ],
    [
      "a mirror folder of charts without a name",
      { cluster: kind, charts: { dir: "" } },
      ['strata:charts.dir: got "". Expected a folder, for example "/mnt/mirror/charts"'],
    ],
    [
      "a repository of charts, which versions.ts names",
      { cluster: kind, charts: { repository: "https://charts.example.com" } },
      ["strata:charts.repository: unknown key. Allowed here: dir"],
    ],
    [
      "misspelt key deep inside",
      { cluster: kind, postgres: { storrage: "2Gi" } },
      [
        'strata:postgres.storrage: unknown key. Did you mean "storage"? Allowed here: kind, storage, sharedBuffers, maxConnections, memory, databases',
      ],
    ],
    [
      "bad quantity",
      { cluster: kind, postgres: { storage: "2" } },
      ['strata:postgres.storage: got "2". Expected a storage size with its unit, for example "2Gi"'],
    ],
    [
      "privileged host port",
      { cluster: { kind: "kind", apiServerPort: 443 } },
      ["strata:cluster.apiServerPort: got 443. Expected a port from 1024 to 65535"],
    ],
    [
      "two apps on one route",
      { cluster: kind, apps: { a: { ...app, routes: [{ path: "/x" }] }, b: { ...app, routes: [{ path: "/x/" }] } } },
      [
        "strata:apps.b.routes[0].path: /x/ on any host is already the route of apps.a.routes.0. Give one of them another path or host",
      ],
    ],
    [
      "a floating tag",
      { cluster: kind, apps: { a: { ...app, image: "ghcr.io/a/b:latest" } } },
      [
        'strata:apps.a.image: got "ghcr.io/a/b:latest". The tag latest names another image every day. Give the version, for example :1.4.2',
      ],
    ],
    [
      "an image that is not in the versions file",
      { cluster: kind, apps: { a: { ...app, image: "versions:podinfoo" } } },
      [
        expect.stringContaining(
          'strata:apps.a.image: Unknown image "podinfoo". Did you mean "podinfo"? Allowed after versions:',
        ) as string,
      ],
    ],
    [
      "an unknown middleware",
      {
        cluster: kind,
        network: { ingress: { kind: "traefik", middlewares: { cors: { kind: "retry", attempts: 2 } } } },
        apps: { a: { ...app, routes: [{ path: "/", middlewares: ["corss"] }] } },
      },
      [
        'strata:apps.a.routes[0].middlewares[0]: Unknown middleware "corss". Did you mean "cors"? Declared under network.ingress.middlewares: cors',
      ],
    ],
    [
      "an undeclared database",
      {
        cluster: kind,
        postgres: { databases: { auth_db: { owner: "dev" } } },
        apps: { a: { ...app, database: "aut_db" } },
      },
      [
        'strata:apps.a.database: Unknown database "aut_db". Did you mean "auth_db"? Declared under postgres.databases: auth_db',
      ],
    ],
    [
      "observability without an object store",
      { cluster: kind, observability: {} },
      [
        "strata:observability: Loki and Tempo keep their data in the object store. Add strata:objectStore with kind: garage",
      ],
    ],
    [
      "well-known credentials outside a local cluster",
      {
        cluster: { kind: "existing", kubeconfig: "~/.kube/config", context: "x" },
        objectStore: { kind: "garage" },
        observability: { grafana: { credentials: "well-known" } },
      },
      [
        "strata:observability.grafana.credentials: well-known (admin/admin) is allowed on local clusters only (kind, k3d, kwok). Set it to random",
      ],
    ],
    [
      "a minimum above the maximum",
      { cluster: kind, apps: { a: { ...app, autoscaling: { min: 4, max: 2 } } } },
      ["strata:apps.a.autoscaling: min (4) is more than max (2). Swap them"],
    ],
    [
      "an override of an unknown image",
      { cluster: kind, images: { overrides: { postgress: "ghcr.io/a/b:1" } } },
      [
        expect.stringContaining(
          'strata:images.overrides.postgress: Unknown image "postgress". Did you mean "postgres"? Allowed:',
        ) as string,
      ],
    ],
  ];
  test.each(wrong)("%s", (_name, sections, expected) => {
    expect(issues(sections)).toEqual(expected);
  });

  test("reports mistakes of all sections, and between valid ones, at once", () => {
    const found = issues({
      cluster: { kind: "knd" },
      postgres: { storage: "2" },
      apps: { a: { ...app, bucket: "data", routes: [{ path: "/" }] }, b: { ...app, routes: [{ path: "/" }] } },
    });
    expect(found.map((issue) => issue.slice(0, issue.indexOf(": ")))).toEqual([
      "strata:cluster.kind",
      "strata:postgres.storage",
      "strata:apps.b.routes[0].path",
      "strata:apps.a.bucket",
    ]);
  });

  test("a section that is no mapping", () => {
    expect(() => parseConfig({ file: "Pulumi.test.yaml", sections: { cluster: "kind" } })).toThrow(
      'Pulumi.test.yaml has 1 error:\n  - strata:cluster: expected a mapping of keys, got "kind". See docs/configuration.md',
    );
  });

  test("an unknown STRATA_CLUSTER", () => {
    expect(issues({ cluster: kind }, { cluster: "kindd" })[0]).toBe(
      'STRATA_CLUSTER: "kindd" is not allowed. Allowed: kwok. Unset it to use the stack file\'s cluster',
    );
  });
});

describe("a right stack file", () => {
  test("dev-fast parses, and is frozen to the bottom", () => {
    const config = parseConfig({ file: "Pulumi.dev-fast.yaml", sections: stackSections("dev-fast") });
    expect(config.cluster.kind).toBe("kind");
    expect(Object.keys(config.postgres?.databases ?? {})).toEqual([
      "auth_db",
      "caller_db",
      "gateway_db",
      "greeter_db",
      "lang_db",
    ]);
    expect(Object.isFrozen(config.network.ingress.middlewares["cors"])).toBe(true);
  });

  test("STRATA_CLUSTER=kwok swaps the cluster and nothing else", () => {
    const sections = stackSections("dev-fast");
    const plain = parseConfig({ file: "f", sections });
    const rehearsed = parseConfig({ file: "f", sections, overrides: { cluster: "kwok" } });
    expect(rehearsed).toEqual({ ...plain, cluster: { kind: "kwok", nodes: 1, timeoutSeconds: 120 } });
  });

  test.each([
    [
      { kind: "kind", workers: 2, ttl: "8h" },
      { kind: "kwok", nodes: 1, timeoutSeconds: 120, ttl: "8h" },
    ],
    [
      { kind: "kwok", nodes: 3, name: "mine" },
      { kind: "kwok", nodes: 3, timeoutSeconds: 120 },
    ],
    [
      { kind: "existing", kubeconfig: "k", context: "c" },
      { kind: "kwok", nodes: 1, timeoutSeconds: 120 },
    ],
  ])("a rehearsal of %j keeps what a simulated cluster can have, and never the name", (given, wanted) => {
    const sections = { cluster: JSON.stringify(given) };
    expect(parseConfig({ file: "f", sections, overrides: { cluster: "kwok" } }).cluster).toEqual(wanted);
  });

  test("STRATA_IMAGES_ARCHIVE and STRATA_CHARTS_DIR give the mirror folders", () => {
    const config = parseConfig({
      file: "f",
      sections: stackSections("dev-fast"),
      overrides: { imagesArchive: "/tars", chartsDir: "/charts" },
    });
    expect(config.images.archive).toBe("/tars");
    expect(config.charts.dir).toBe("/charts");
  });
});

test("the JSON schema for editors is the one that the schemas generate", () => {
  const file = new URL("../../../config/stack.schema.json", import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(stackFileSchema())));
});

test("docs/configuration.md is the page that the schemas generate", () => {
  expect(readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8")).toBe(
    configurationReference(),
  );
});
