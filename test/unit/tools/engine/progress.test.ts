import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { activity, componentLine, liveLines } from "../../../../tools/engine/display.ts";
import { type EngineEvent, EventParser, type StepMetadata } from "../../../../tools/engine/events.ts";
import { Progress } from "../../../../tools/engine/progress.ts";
import {
  cleanMessage,
  describeCounts,
  describeFailures,
  describeLayers,
  describeUrls,
} from "../../../../tools/engine/report.ts";

const stack = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s";
const component = "urn:pulumi:s::p::strata:platform:Postgres::postgres";
const set = "urn:pulumi:s::p::strata:platform:Postgres$kubernetes:apps/v1:StatefulSet::postgres-server";

const step = (urn: string, op: string, parent?: string): StepMetadata => {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  return { op, urn, type, old: null, new: { urn, type, ...(parent && { parent }) } };
};
const pre = (urn: string, op: string, parent?: string): EngineEvent => ({
  sequence: 0,
  timestamp: 0,
  resourcePreEvent: { metadata: step(urn, op, parent) },
});
const post = (urn: string, op: string): EngineEvent => ({
  sequence: 0,
  timestamp: 0,
  resOutputsEvent: { metadata: step(urn, op) },
});
const failed = (urn: string, op: string): EngineEvent => ({
  sequence: 0,
  timestamp: 0,
  resOpFailedEvent: { metadata: step(urn, op) },
});
const said = (severity: "error" | "info" | "debug", message: string, urn?: string): EngineEvent => ({
  sequence: 0,
  timestamp: 0,
  diagnosticEvent: { severity, message, ...(urn && { urn }) },
});

const begun = (op: string): Progress => {
  const progress = new Progress();
  progress.add(pre(stack, "create"), 0);
  progress.add(pre(component, "create", stack), 100);
  progress.add(pre(set, op, component), 200);
  return progress;
};

describe("EventParser", () => {
  test("waits for the rest of a line, and skips one that was cut off for good", () => {
    const parser = new EventParser();
    expect(parser.push('{"sequence":1,"time')).toEqual([]);
    expect(parser.push('stamp":2}\n\n{"broken\n{"sequence":3,"timestamp":4}\n')).toEqual([
      { sequence: 1, timestamp: 2 },
      { sequence: 3, timestamp: 4 },
    ]);
  });
});

describe("Progress", () => {
  test("a resource counts for the outermost component that it is in", () => {
    const progress = begun("create");
    expect(progress.components).toMatchObject([{ name: "postgres", layer: "platform", done: 0 }]);
    expect(progress.components[0]?.running.get(set)).toEqual({
      type: "kubernetes:apps/v1:StatefulSet",
      op: "create",
      since: 200,
    });
    progress.add(post(set, "create"), 2200);
    expect(progress.components[0]).toMatchObject({ done: 1, changed: 1, span: { start: 200, end: 2200 } });
    expect(progress.counts).toEqual({ create: 1 });
  });

  test("what is unchanged takes no time of its layer", () => {
    const progress = begun("same");
    progress.add(post(set, "same"), 900);
    expect(progress.layerSpans()).toEqual([]);
    expect(describeLayers(progress)).toEqual([]);
    expect(progress.counts).toEqual({ same: 1 });
  });

  test("layers, with their share of the run", () => {
    const progress = begun("create");
    progress.add(post(set, "create"), 2200);
    expect(describeLayers(progress)).toEqual(["  platform     2.0 s   from 0.2 s to 2.2 s, 1 resource"]);
  });

  test("a failure keeps its messages", () => {
    const progress = begun("create");
    progress.add(said("error", "StatefulSet is not ready\n", set), 300);
    progress.add(failed(set, "create"), 300);
    progress.add(said("debug", "noise", set), 300);
    expect(progress.failures).toEqual([{ urn: set, messages: ["StatefulSet is not ready"] }]);
    expect(progress.components[0]).toMatchObject({ failed: 1, done: 0 });
  });

  test("the stack's outputs are the last that it was given", () => {
    const progress = begun("create");
    const outputs = { urls: { grafana: "http://localhost:30300" } };
    progress.add(
      {
        sequence: 1,
        timestamp: 0,
        resOutputsEvent: {
          metadata: { ...step(stack, "same"), new: { urn: stack, type: "pulumi:pulumi:Stack", outputs } },
        },
      },
      1,
    );
    expect(progress.outputs).toEqual(outputs);
    expect(describeUrls(progress.outputs)).toEqual(["  grafana  http://localhost:30300"]);
  });
});

describe("lines", () => {
  test("a running component says what it waits for, and how long", () => {
    const [running] = begun("create").components;
    if (!running) throw new Error("no component");
    expect(activity(running, 1000)).toBe("creating StatefulSet postgres-server");
    expect(activity(running, 4200)).toBe("creating StatefulSet postgres-server 4.0 s");
    const line = (columns: number): string =>
      stripVTControlCharacters(componentLine(running, 4200, { final: false, columns }));
    expect(line(200)).toBe(
      "  … platform postgres                         4.0 s  creating StatefulSet postgres-server 4.0 s",
    );
    expect(line(70)).toBe("  … platform postgres                         4.0 s  creating Statef…");
  });

  test("more components than the terminal has lines: the failed and the longest first, the others counted", () => {
    const progress = new Progress();
    const urn = (kind: string, name: string): string => `urn:pulumi:s::p::${kind}::${name}`;
    for (let index = 0; index < 30; index += 1) {
      const parent = urn("strata:apps:App", `app-${index}`);
      progress.add(pre(parent, "create", stack), index);
      progress.add(pre(urn("strata:apps:App$kubernetes:core/v1:Service", `app-${index}`), "create", parent), index);
    }
    const lines = (rows: number): string[] =>
      liveLines(progress.components, 100, { columns: 120, rows }).map((line) => stripVTControlCharacters(line));
    expect(lines(40)).toHaveLength(30);
    expect(lines(10)).toHaveLength(6);
    expect(lines(10)[0]).toContain("app-0 ");
    expect(lines(10).at(-1)).toBe("  · and 25 more components");
  });

  test("a component at rest is done only when the run is", () => {
    const progress = begun("create");
    progress.add(post(set, "create"), 2200);
    const [rests] = progress.components;
    if (!rests) throw new Error("no component");
    const mark = (final: boolean): string =>
      stripVTControlCharacters(componentLine(rests, 9000, { final, columns: 200 })).trim();
    expect(mark(false)).toBe("· platform postgres                         2.0 s  1 ready");
    expect(mark(true)).toBe("✓ platform postgres                         2.0 s  1 ready");
  });
});

describe("report", () => {
  test("a stack trace and Node's fields of an error are left out", () => {
    const message = [
      "Running program '/x/index.ts' failed with an unhandled exception:",
      "Error: boom",
      "    at f (file:///x/index.ts:1:2)",
      "    at async Promise.all (index 0)",
    ].join("\n");
    expect(cleanMessage(message)).toBe("boom");
    expect(cleanMessage('error serializing property "chart": The chart x cannot be had. Tried:\n  - a: b')).toBe(
      "The chart x cannot be had. Tried:\n  - a: b",
    );
    expect(cleanMessage("ConfigError: Pulumi.x.yaml has 1 error:\n  - strata:a: wrong")).toBe(
      "Pulumi.x.yaml has 1 error:\n  - strata:a: wrong",
    );
  });

  test("a failed resource by its kind and name, once, with a next step where one is known", () => {
    expect(
      describeFailures([
        { urn: set, messages: ["dial tcp: connection refused", "dial tcp: connection refused"] },
        { urn: "", messages: ["update failed"] },
        { urn: component, messages: ["unknown provider 'urn:x' for resource 'urn:y'"] },
        { urn: stack, messages: ["a wrong key"] },
      ]),
    ).toEqual([
      "✗ StatefulSet postgres-server",
      "    dial tcp: connection refused",
      "    → The cluster or a registry does not answer. Check it: npm run doctor",
      "✗ a wrong key",
    ]);
  });

  test("a delivery of GitOps that failed: where to look, by the object that its engine named", () => {
    const urn = "urn:pulumi:s::p::kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization::deliveries-tempo";
    const source = "urn:pulumi:s::p::kubernetes:source.toolkit.fluxcd.io/v1:GitRepository::deliveries-source";
    const last = (failed: string, message: string) => describeFailures([{ urn: failed, messages: [message] }]).at(-1);
    expect(last(urn, "health check failed: [StatefulSet/observability/tempo status: 'Failed']")).toBe(
      '    → Look at it: eval "$(npm run -s env)", then kubectl -n observability describe statefulset tempo',
    );
    expect(last(urn, "timed out\nkustomization path not found: stat /tmp/x")).toMatch(/^ {4}→ The commit has no such/);
    expect(last(source, "timed out\ndial tcp: connection refused")).toMatch(/^ {4}→ The GitOps engine could not read/);
  });

  test("an object that could not be made: the reason stays, what repeats the resource goes", () => {
    const made = `resource "${set}" was not successfully created by the Kubernetes API server: `;
    expect(
      describeFailures([
        { urn: set, messages: [`${made}https://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1`] },
        { urn: set, messages: [`resource ${set} was not successfully created`] },
      ]),
    ).toEqual([
      "✗ StatefulSet postgres-server",
      "    https://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
      "    → The cluster or a registry does not answer. Check it: npm run doctor",
    ]);
  });

  test("many that failed for one reason are one failure", () => {
    const failure = (name: string) => ({
      urn: `urn:pulumi:s::p::kubernetes:core/v1:Service::${name}`,
      messages: ["full"],
    });
    expect(describeFailures(["a", "b", "c", "d", "e", "f", "g"].map(failure))).toEqual([
      "✗ Service a, b, c, d, e, and 2 more",
      "    full",
    ]);
    expect(describeFailures([failure("a"), { ...failure("b"), messages: ["other"] }])).toHaveLength(4);
  });

  test("counts, done and planned", () => {
    expect(describeCounts({})).toBe("nothing to do");
    expect(describeCounts({ same: 3, create: 2, "create-replacement": 1, replace: 1 })).toBe(
      "2 created, 1 replaced, 3 unchanged",
    );
    expect(describeCounts({ same: 3, create: 2 }, "planned")).toBe("2 to create, 3 unchanged");
  });

  test("a secret among the URLs is not printed", () => {
    expect(describeUrls({ urls: { "4dabf18193072939515e22adb298388d": "1b", ciphertext: "[secret]" } })).toEqual([]);
    expect(describeUrls(undefined)).toEqual([]);
  });
});
