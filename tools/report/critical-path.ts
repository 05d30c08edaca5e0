// The critical path: from the end of a run back to its start, each step to the one that it waited for last. Pure.
import type { PathStep, RunRecord, RunResource } from "./record.ts";

export interface PathArgs {
  readonly resources: readonly RunResource[];
  readonly durationMs: number;
  /** When the first resource was declared, or its delete began. */
  readonly firstMs: number;
  readonly action: RunRecord["action"];
}

const isDelete = ({ op }: RunResource): boolean => op.startsWith("delete");

const lastEnded = (steps: readonly RunResource[]): RunResource | undefined =>
  steps.reduce<RunResource | undefined>(
    (best, step) => (best === undefined || step.endMs > best.endMs ? step : best),
    undefined,
  );

/** The step before: of what it depends on, or the other half of its own replacement, the one that ended last before it began. */
function previous(step: RunResource, byUrn: ReadonlyMap<string, readonly RunResource[]>): RunResource | undefined {
  const before = [step.urn, ...step.dependsOn]
    .flatMap((urn) => byUrn.get(urn) ?? [])
    .filter((other) => other !== step && other.endMs <= step.startMs);
  return lastEnded(before);
}

export function criticalPath({ resources, durationMs, firstMs, action }: PathArgs): RunRecord["criticalPath"] {
  const byUrn = new Map<string, RunResource[]>();
  for (const resource of resources) byUrn.set(resource.urn, [...(byUrn.get(resource.urn) ?? []), resource]);
  const chain: RunResource[] = [];
  const seen = new Set<RunResource>();
  for (let at = lastEnded(resources); at !== undefined && !seen.has(at); ) {
    const step: RunResource = at;
    seen.add(step);
    chain.unshift(step);
    at = previous(step, byUrn);
    // An up deletes what left the program when everything else is done.
    if (at === undefined && isDelete(step))
      at = lastEnded(resources.filter((other) => !isDelete(other) && other.endMs <= step.startMs));
  }
  const program = action === "up" ? "engine and program" : "engine";
  const start = chain[0] === undefined ? durationMs : Math.min(firstMs, chain[0].startMs);
  const spans: Omit<PathStep, "idleMs">[] = [
    { name: `${program} start`, startMs: 0, endMs: start },
    ...chain.map(({ urn, name, layer, startMs, endMs }) => ({ urn, name, ...(layer && { layer }), startMs, endMs })),
  ];
  const last = chain.at(-1);
  if (last !== undefined)
    spans.push({ name: `${program} end`, startMs: last.endMs, endMs: Math.max(last.endMs, durationMs) });
  let reached = 0;
  const steps = spans.map((span) => {
    const idleMs = Math.max(0, span.startMs - reached);
    reached = span.endMs;
    return { ...span, idleMs };
  });
  const lengthMs = steps.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return { lengthMs, ratio: lengthMs === 0 ? 1 : Math.round((durationMs / lengthMs) * 1000) / 1000, steps };
}
