// What a run has done so far, told from the engine's events: per component and per layer. Pure: the clock comes from outside.
import { type EngineEvent, kindOf, nameOf, type Operation, type PolicyViolation, type StepMetadata } from "./events.ts";

export const layers = ["cluster", "network", "platform", "apps"] as const;
export type LayerName = (typeof layers)[number];

export interface Span {
  /** Milliseconds of the run's clock. */
  readonly start: number;
  readonly end: number;
}

export interface ComponentProgress {
  readonly urn: string;
  readonly layer: LayerName;
  readonly name: string;
  /** Steps under way, by URN. */
  readonly running: ReadonlyMap<string, { readonly type: string; readonly op: Operation; readonly since: number }>;
  readonly done: number;
  readonly changed: number;
  readonly failed: number;
  /** From its first step's start to its last step's end; steps that changed nothing do not count. */
  readonly span: Span | undefined;
}

export interface Failure {
  readonly urn: string;
  readonly messages: readonly string[];
}

interface Mutable {
  urn: string;
  layer: LayerName;
  name: string;
  running: Map<string, { type: string; op: Operation; since: number }>;
  done: number;
  changed: number;
  failed: number;
  span: Span | undefined;
}

const stackType = "pulumi:pulumi:Stack";

/** Said once per plugin by the offline ones; a run that uses them says so at its start. */
const announced = /strata's offline plugin is in use/;

const layerOf = (type: string): LayerName | undefined => {
  const [prefix, layer] = type.split(":");
  return prefix === "strata" ? layers.find((name) => name === layer) : undefined;
};

const changes = (op: Operation): boolean => op !== "same" && op !== "read" && op !== "refresh";

export class Progress {
  readonly #parents = new Map<string, string>();
  readonly #types = new Map<string, string>();
  readonly #components = new Map<string, Mutable>();
  readonly #messages = new Map<string, string[]>();
  readonly #failed = new Set<string>();
  readonly warnings: string[] = [];
  /** What the policy pack found. */
  readonly violations: PolicyViolation[] = [];
  readonly counts: Record<string, number> = {};
  /** Lines that the program says about its own work, newest last (the cluster's healing, for one). */
  readonly notes: string[] = [];
  outputs: Readonly<Record<string, unknown>> | undefined;
  result: string | undefined;

  /** Components in the order of the layers, then of their first step. */
  get components(): readonly ComponentProgress[] {
    return [...this.#components.values()].sort((a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer));
  }

  /** Errors by resource; those without a resource, of the program or engine, come under the empty URN. */
  get failures(): readonly Failure[] {
    const urns = new Set([...this.#messages.keys(), ...this.#failed]);
    return [...urns].map((urn) => ({ urn, messages: this.#messages.get(urn) ?? [] }));
  }

  typeOf(urn: string): string | undefined {
    return this.#types.get(urn);
  }

  /** Takes the next event, which arrived at `now` (milliseconds of the run's clock). */
  add(event: EngineEvent, now: number): void {
    if (event.resourcePreEvent) this.#started(event.resourcePreEvent.metadata, now);
    else if (event.resOutputsEvent) this.#finished(event.resOutputsEvent.metadata, now, "done");
    else if (event.resOpFailedEvent) this.#finished(event.resOpFailedEvent.metadata, now, "failed");
    else if (event.diagnosticEvent) this.#said(event.diagnosticEvent);
    else if (event.policyEvent) this.violations.push(event.policyEvent);
    else if (event.summaryEvent) this.result = event.summaryEvent.result;
  }

  /** Per layer: from the first start to the last end of what changed in it. */
  layerSpans(): readonly { readonly layer: LayerName; readonly span: Span }[] {
    return layers.flatMap((layer) => {
      const spans = this.components.flatMap((c) => (c.layer === layer && c.span ? [c.span] : []));
      if (spans.length === 0) return [];
      return [
        { layer, span: { start: Math.min(...spans.map((s) => s.start)), end: Math.max(...spans.map((s) => s.end)) } },
      ];
    });
  }

  #started({ op, urn, type, new: fresh, old }: StepMetadata, now: number): void {
    this.#types.set(urn, type);
    const parent = (fresh ?? old)?.parent;
    if (parent) this.#parents.set(urn, parent);
    if (layerOf(type) === undefined && type !== stackType)
      this.#componentOf(urn)?.running.set(urn, { type, op, since: now });
  }

  #finished({ op, urn, type, new: fresh }: StepMetadata, now: number, how: "done" | "failed"): void {
    if (type === stackType) {
      if (how === "done" && fresh?.outputs) this.outputs = fresh.outputs;
      return;
    }
    if (how === "failed") this.#failed.add(urn);
    if (layerOf(type) !== undefined) return;
    this.counts[op] = (this.counts[op] ?? 0) + 1;
    const component = this.#componentOf(urn);
    if (!component) return;
    const since = component.running.get(urn)?.since ?? now;
    component.running.delete(urn);
    if (how === "failed") component.failed += 1;
    else component.done += 1;
    if (!changes(op)) return;
    component.changed += 1;
    component.span = { start: Math.min(component.span?.start ?? since, since), end: now };
  }

  #said({ urn = "", message, severity, ephemeral }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    const text = message.trim();
    if (text === "" || ephemeral) return;
    if (severity === "error") this.#messages.set(urn, [...(this.#messages.get(urn) ?? []), text]);
    else if (severity === "warning") this.warnings.push(text);
    else if ((severity === "info" || severity === "info#err") && !announced.test(text)) this.notes.push(text);
  }

  /** The outermost component of strata's that a resource is in. */
  #componentOf(urn: string): Mutable | undefined {
    let found: string | undefined;
    for (let at: string | undefined = urn; at !== undefined; at = this.#parents.get(at))
      if (layerOf(this.#types.get(at) ?? "") !== undefined) found = at;
    if (found === undefined) return undefined;
    const known = this.#components.get(found);
    if (known) return known;
    const layer = layerOf(this.#types.get(found) ?? "");
    if (layer === undefined) return undefined;
    const made: Mutable = {
      urn: found,
      layer,
      name: nameOf(found),
      running: new Map(),
      done: 0,
      changed: 0,
      failed: 0,
      span: undefined,
    };
    this.#components.set(found, made);
    return made;
  }
}

export { kindOf, nameOf };
