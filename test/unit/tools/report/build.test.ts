import { describe, expect, test } from "vitest";
import type { EngineEvent } from "../../../../tools/engine/events.ts";
import { Progress } from "../../../../tools/engine/progress.ts";
import { Timeline } from "../../../../tools/engine/timeline.ts";
import { type BuildArgs, buildRecord } from "../../../../tools/report/build.ts";
import { splitDiagnosis } from "../../../../tools/report/diagnosis.ts";
import { runSchema } from "../../../../tools/report/record.ts";
import { redact } from "../../../../tools/report/redact.ts";
import { sampleRun, urns } from "./sample.ts";

const stack = "urn:pulumi:s::strata::pulumi:pulumi:Stack::strata-s";
const cluster = "urn:pulumi:s::strata::strata:cluster:LocalCluster::cluster";
const postgres = "urn:pulumi:s::strata::strata:platform:Postgres::postgres";
const secretValue = "hunter2-never-in-a-file";

const state = (urn: string, parent: string | undefined, custom: boolean, outputs = {}) => ({
  urn,
  type: urn.split("::")[2]?.split("$").at(-1) ?? "",
  custom,
  ...(parent && { parent }),
  outputs,
});

type Kind = "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent";
const event = (kind: Kind, op: string, resource: ReturnType<typeof state>): EngineEvent => {
  const metadata = {
    op,
    urn: resource.urn,
    type: resource.type,
    old: op === "delete" ? resource : null,
    new: op === "delete" ? null : resource,
  };
  return { sequence: 0, timestamp: 0, [kind]: { metadata } };
};

const all = [
  state(stack, undefined, false, {
    cluster: { kind: "kwok", simulated: true },
    versions: { kubernetes: "1.34", postgres: "docker.io/library/postgres:17.10" },
    credentials: { password: secretValue },
  }),
  state(cluster, stack, false),
  state(urns.cluster, cluster, true, { stdout: secretValue }),
  state(postgres, stack, false),
  state(urns.secret, postgres, true, { data: { password: secretValue } }),
  state(urns.server, postgres, true, { env: secretValue }),
] as const;

/** Runs the events of an up in which each resource takes a second, one after the other. */
function collected(op: string): { timeline: Timeline; progress: Progress } {
  const timeline = new Timeline();
  const progress = new Progress();
  const tell = (what: EngineEvent, at: number): void => {
    timeline.add(what, at);
    progress.add(what, at);
  };
  const [root] = all;
  tell(event("resourcePreEvent", op, root), 500);
  all.slice(1).forEach((resource, index) => {
    tell(event("resourcePreEvent", op, resource), 1000 * (index + 1));
    const failed = resource.urn === urns.server && op === "create";
    if (failed)
      tell(
        {
          sequence: 0,
          timestamp: 0,
          diagnosticEvent: {
            urn: resource.urn,
            severity: "error",
            message: `boom: password=${secretValue}\n    at f (x.ts:1:2)`,
          },
        },
        1000 * (index + 2),
      );
    tell(event(failed ? "resOpFailedEvent" : "resOutputsEvent", op, resource), 1000 * (index + 2));
  });
  tell(event("resOutputsEvent", op, root), 7000);
  return { timeline, progress };
}

const args = (op: string, changes: Partial<BuildArgs> = {}): BuildArgs => {
  const { timeline, progress } = collected(op);
  const { machine, manualSteps, host, versions } = sampleRun();
  return {
    about: {
      action: op === "delete" ? "destroy" : "up",
      stack: "s",
      cluster: "kwok",
      purpose: "start",
      outcome: "failed",
      startedAt: "2026-01-02T03:04:05.678Z",
      durationMs: 7500.4,
      machine,
      host,
      manualSteps,
      counts: progress.counts,
    },
    versions,
    steps: timeline.steps,
    parents: timeline.parents,
    firstMs: timeline.firstMs,
    before: undefined,
    after: {
      manifest: { version: "v3.250.0" },
      resources: [
        ...all.slice(0, 5),
        { ...all[5], dependencies: [urns.secret], propertyDependencies: { x: [urns.cluster] } },
      ],
    },
    failures: progress.failures,
    images: [],
    outputs: progress.outputs,
    ...changes,
  };
};

describe("a record", () => {
  const record = buildRecord(args("create"));

  test("is what its schema says", () => {
    expect(runSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test("holds custom resources with layer, component and what they waited for", () => {
    expect(record.resources.map(({ name, layer, component, outcome }) => [name, layer, component, outcome])).toEqual([
      ["cluster-lifecycle", "cluster", "cluster", "done"],
      ["postgres-secret", "platform", "postgres", "done"],
      ["postgres", "platform", "postgres", "failed"],
    ]);
    expect(record.resources[2]).toMatchObject({ startMs: 5000, endMs: 6000, dependsOn: [urns.secret, urns.cluster] });
    expect(record.components).toEqual([
      { name: "cluster", layer: "cluster", startMs: 2000, endMs: 3000, changed: 1, failed: 0 },
      { name: "postgres", layer: "platform", startMs: 4000, endMs: 6000, changed: 2, failed: 1 },
    ]);
    expect(record.layers.map(({ layer, changed }) => [layer, changed])).toEqual([
      ["cluster", 1],
      ["platform", 2],
    ]);
    expect(record.criticalPath.steps.map(({ name, startMs }) => [name, startMs])).toEqual([
      ["engine and program start", 0],
      ["postgres-secret", 4000],
      ["postgres", 5000],
      ["engine and program end", 6000],
    ]);
    // The stack's own step is the SDK's: the first resource is declared at 1000.
    expect(record.criticalPath.steps[0]).toMatchObject({ endMs: 1000 });
  });

  test("knows how it ran", () => {
    expect(record).toMatchObject({
      id: "20260102T030405678Z-up",
      temperature: "cold",
      versions: { pulumi: "3.250.0", kubernetes: "1.34" },
      images: [{ image: "docker.io/library/postgres:17.10", source: "none (simulated nodes)" }],
    });
    expect(buildRecord(args("same")).temperature).toBe("unchanged");
    expect(buildRecord(args("update")).temperature).toBe("changed");
  });

  test("no secret gets in: neither outputs of resources and stack, nor what a program says", () => {
    const text = JSON.stringify(record);
    expect(text).not.toContain(secretValue);
    expect(record.failures).toEqual([{ urn: urns.server, messages: ["boom: password=[secret]"], diagnosis: [] }]);
  });

  test("an output that is a secret as a whole is left alone", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b", ciphertext: "[secret]" };
    expect(buildRecord(args("create", { outputs: { versions: secret, cluster: secret } })).images).toEqual([]);
  });

  test("a destroy waits the other way round, by the state before it", () => {
    const { after, ...rest } = args("delete");
    const destroyed = buildRecord({ ...rest, before: after, after: { resources: [] } });
    expect(destroyed.resources.find(({ urn }) => urn === urns.secret)?.dependsOn).toEqual([urns.server]);
    expect(destroyed.temperature).toBe("changed");
  });

  test("a step that the run did not end is unfinished and lasts to its end", () => {
    const timeline = new Timeline();
    timeline.add(event("resourcePreEvent", "create", all[2]), 1000);
    const [resource] = buildRecord(args("create", { steps: timeline.steps })).resources;
    expect(resource).toMatchObject({ outcome: "unfinished", startMs: 1000, endMs: 7500 });
  });

  test("a replacement is its parts, and a preview's steps are none", () => {
    const timeline = new Timeline();
    timeline.add(event("resourcePreEvent", "replace", all[2]), 1);
    const planned = event("resourcePreEvent", "create", all[2]);
    timeline.add({ ...planned, resourcePreEvent: { ...planned.resourcePreEvent, planning: true } } as EngineEvent, 1);
    expect(timeline.steps).toEqual([]);
  });
});

describe("diagnosis", () => {
  test("what the cluster says is told apart from what failed", () => {
    const text = [
      "'postgres' timed out waiting to be Ready",
      "\t* 0 of 1 replicas are ready",
      '\t* [Pod database/postgres-0]: container "postgres" waits: [CrashLoopBackOff] back-off',
      '\t* [Pod database/postgres-0]: last log lines of container "postgres":',
      "FATAL: no space",
      "\t* [StatefulSet postgres]: [FailedCreate] quota",
    ].join("\n");
    expect(splitDiagnosis(text)).toEqual({
      message: "'postgres' timed out waiting to be Ready\n\t* 0 of 1 replicas are ready",
      diagnosis: [
        {
          title: "Pod database/postgres-0",
          lines: [
            'container "postgres" waits: [CrashLoopBackOff] back-off',
            'last log lines of container "postgres":',
            "FATAL: no space",
          ],
        },
        { title: "StatefulSet postgres", lines: ["[FailedCreate] quota"] },
      ],
    });
    expect(splitDiagnosis("boom")).toEqual({ message: "boom", diagnosis: [] });
  });
});

describe("redact", () => {
  test.each([
    ["Authorization: Bearer abcdefghijkl", "Authorization: Bearer [secret]"],
    ["postgres://devuser:devpass@db:5432/x failed", "postgres://devuser:[secret]@db:5432/x failed"],
    ['{"token": "abc def", "a": 1}', '{"token": [secret], "a": 1}'],
    ["PGPASSWORD=abc psql", "PGPASSWORD=[secret] psql"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nrest", "[secret]\nrest"],
    ["\u001b[31mred\u001b[0m", "red"],
    ["secret database/postgres not found, token expired", "secret database/postgres not found, token expired"],
  ])("%s", (text, wanted) => expect(redact(text)).toBe(wanted));
});
