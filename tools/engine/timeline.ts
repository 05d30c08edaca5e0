// When each step of a run began and ended, collected from the engine's events. No input or output of a resource is kept.
import type { EngineEvent, Operation, StepMetadata } from "./events.ts";

export interface TimelineStep {
  readonly urn: string;
  readonly type: string;
  readonly op: Operation;
  /** False for a component: it begins and ends at once. */
  readonly custom: boolean;
  readonly startMs: number;
  /** Absent for a step that the run did not end. */
  readonly endMs?: number;
  readonly failed: boolean;
}

type Open = { -readonly [K in keyof TimelineStep]: TimelineStep[K] };

export class Timeline {
  readonly #steps: Open[] = [];
  readonly #running = new Map<string, Open>();
  readonly #parents = new Map<string, string>();
  #firstMs: number | undefined;

  get steps(): readonly TimelineStep[] {
    return this.#steps;
  }

  /** Parent of each resource that has one. */
  get parents(): ReadonlyMap<string, string> {
    return this.#parents;
  }

  /** When the program declared its first resource. The stack itself comes long before: with the SDK, not with the program. */
  get firstMs(): number | undefined {
    return this.#firstMs;
  }

  add(event: EngineEvent, now: number): void {
    const start = event.resourcePreEvent;
    if (start && start.planning !== true) this.#start(start.metadata, now);
    const end = event.resOutputsEvent;
    if (end && end.planning !== true) this.#end(end.metadata, now, false);
    if (event.resOpFailedEvent) this.#end(event.resOpFailedEvent.metadata, now, true);
  }

  #start({ op, urn, type, new: fresh, old }: StepMetadata, startMs: number): void {
    if (type !== "pulumi:pulumi:Stack") this.#firstMs ??= startMs;
    const state = fresh ?? old;
    if (state?.parent) this.#parents.set(urn, state.parent);
    // Only marks that a replacement is complete: its parts are steps of their own.
    if (op === "replace") return;
    const step: Open = { urn, type, op, custom: state?.custom === true, startMs, failed: false };
    this.#steps.push(step);
    this.#running.set(`${op} ${urn}`, step);
  }

  #end({ op, urn }: StepMetadata, endMs: number, failed: boolean): void {
    const step = this.#running.get(`${op} ${urn}`);
    if (step === undefined) return;
    this.#running.delete(`${op} ${urn}`);
    step.endMs = endMs;
    step.failed = failed;
  }
}
