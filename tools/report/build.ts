// Assembles a run's record from what was collected. Pure.
import { isContainerKind } from "../../lib/cluster-kinds.ts";
import { isSecretOutput, nameOf } from "../engine/events.ts";
import type { Deployment } from "../engine/pending.ts";
import { type Failure, layers as layerNames } from "../engine/progress.ts";
import { cleanMessage } from "../engine/report.ts";
import type { TimelineStep } from "../engine/timeline.ts";
import { criticalPath } from "./critical-path.ts";
import { splitDiagnosis } from "./diagnosis.ts";
import { type ImageUse, imageUses } from "./image-log.ts";
import { locator, typesOf } from "./place.ts";
import type { RunRecord, RunResource } from "./record.ts";
import { redact } from "./redact.ts";
import { dependencies, reversed } from "./state-graph.ts";
import { recordVersion } from "./version.ts";

export interface BuildArgs {
  readonly about: Pick<
    RunRecord,
    | "action"
    | "stack"
    | "cluster"
    | "purpose"
    | "outcome"
    | "startedAt"
    | "durationMs"
    | "commit"
    | "machine"
    | "host"
    | "manualSteps"
    | "counts"
  >;
  readonly versions: Pick<RunRecord["versions"], "strata" | "node" | "plugins">;
  readonly steps: readonly TimelineStep[];
  readonly parents: ReadonlyMap<string, string>;
  readonly firstMs: number | undefined;
  /** State before and after the run; undefined where it can't be read. */
  readonly before: Deployment | undefined;
  readonly after: Deployment | undefined;
  readonly failures: readonly Failure[];
  readonly images: readonly ImageUse[];
  /** Of the stack. Only its cluster and versions are looked at. */
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
}

const changes = (op: string): boolean => op !== "same" && op !== "read" && op !== "refresh";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !isSecretOutput(value);

/** Time-sortable and good as a file name: 20261121T151554123Z-up. */
export const runId = (startedAt: string, action: string): string => `${startedAt.replace(/[-:.]/g, "")}-${action}`;

function resourcesOf(args: BuildArgs): RunResource[] {
  const { steps, before, after, about } = args;
  const old = before?.resources ?? [];
  const fresh = after?.resources ?? [];
  const [oldGraph, graph] = [dependencies(old), dependencies(fresh)];
  const dependents = reversed(oldGraph);
  const place = locator(args.parents, typesOf([...old, ...fresh], steps));
  const known = new Set(steps.map(({ urn }) => urn));
  const waits = ({ urn, op }: TimelineStep): readonly string[] =>
    (op.startsWith("delete") ? dependents.get(urn) : (graph.get(urn) ?? oldGraph.get(urn))) ?? [];
  return steps
    .filter(({ custom }) => custom)
    .map((step) => {
      const { urn, type, op, startMs, endMs, failed } = step;
      return {
        urn,
        name: nameOf(urn),
        type,
        ...place(urn),
        op,
        outcome: failed ? "failed" : endMs === undefined ? "unfinished" : "done",
        startMs: Math.round(startMs),
        endMs: Math.round(endMs ?? Math.max(about.durationMs, startMs)),
        dependsOn: waits(step).filter((dependency) => known.has(dependency)),
      };
    });
}

interface Group {
  readonly startMs: number;
  readonly endMs: number;
  readonly changed: number;
  readonly failed: number;
}

/** A group lasts from the first start to the last end of what changed in it; where nothing did, of everything in it. */
function groupOf(resources: readonly RunResource[]): Group {
  const changed = resources.filter(({ op }) => changes(op));
  const counted = changed.length > 0 ? changed : resources;
  return {
    startMs: Math.min(...counted.map(({ startMs }) => startMs)),
    endMs: Math.max(...counted.map(({ endMs }) => endMs)),
    changed: changed.length,
    failed: resources.filter(({ outcome }) => outcome === "failed").length,
  };
}

const componentsOf = (resources: readonly RunResource[]): RunRecord["components"] => {
  const names = [...new Set(resources.flatMap(({ component }) => component ?? []))];
  return names
    .flatMap((name) => {
      const own = resources.filter(({ component }) => component === name);
      const layer = own[0]?.layer;
      return layer === undefined ? [] : [{ name, layer, ...groupOf(own) }];
    })
    .sort((a, b) => layerNames.indexOf(a.layer) - layerNames.indexOf(b.layer) || a.startMs - b.startMs);
};

const layersOf = (resources: readonly RunResource[]): RunRecord["layers"] =>
  layerNames.flatMap((layer) => {
    const own = resources.filter((resource) => resource.layer === layer);
    if (own.length === 0) return [];
    const { startMs, endMs, changed } = groupOf(own);
    return [{ layer, startMs, endMs, changed }];
  });

/** cold: the cluster itself was made, or the very first resource of a stack on somebody else's. */
function temperatureOf(resources: readonly RunResource[], { before, about }: BuildArgs): RunRecord["temperature"] {
  if (!resources.some(({ op }) => changes(op))) return "unchanged";
  const made = resources.some(
    ({ type, layer, op }) => layer === "cluster" && type === "command:local:Command" && op.startsWith("create"),
  );
  const empty = before !== undefined && (before.resources ?? []).length === 0;
  return about.action === "up" && (made || (about.cluster === "existing" && empty)) ? "cold" : "changed";
}

const failuresOf = (failures: readonly Failure[]): RunRecord["failures"] =>
  failures.map(({ urn, messages }) => {
    const texts = new Set(messages.map((message) => redact(cleanMessage(message))));
    const parts = [...texts].filter((text) => text !== "").map(splitDiagnosis);
    return {
      urn,
      messages: parts.map(({ message }) => message),
      diagnosis: parts.flatMap(({ diagnosis }) => diagnosis),
    };
  });

export function buildRecord(args: BuildArgs): RunRecord {
  const { about, outputs } = args;
  const resources = resourcesOf(args);
  const versions = isRecord(outputs?.["versions"]) ? outputs["versions"] : {};
  const cluster = isRecord(outputs?.["cluster"]) ? outputs["cluster"] : {};
  const { kubernetes, ...used } = versions;
  const references = Object.values(used).filter((reference) => typeof reference === "string");
  const durationMs = Math.round(about.durationMs);
  const firstMs = Math.round(args.firstMs ?? durationMs);
  return {
    version: recordVersion,
    id: runId(about.startedAt, about.action),
    ...about,
    durationMs,
    temperature: temperatureOf(resources, args),
    versions: {
      ...args.versions,
      pulumi: (args.after?.manifest?.version ?? args.before?.manifest?.version ?? "unknown").replace(/^v/, ""),
      ...(typeof kubernetes === "string" && { kubernetes: kubernetes.replace(/^v/, "") }),
    },
    layers: layersOf(resources),
    components: componentsOf(resources),
    resources,
    criticalPath: criticalPath({ resources, durationMs, firstMs, action: about.action }),
    images: imageUses(args.images, references, cluster["simulated"] === true, isContainerKind(about.cluster)),
    failures: failuresOf(args.failures),
  };
}
