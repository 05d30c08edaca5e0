// Shows a run while it goes: one line per component in a terminal; elsewhere a sign of life now and then, and the lines at its end.
import colors from "picocolors";
import { duration } from "../terminal/duration.ts";
import type { Screen } from "../terminal/live.ts";
import { kindOf, nameOf } from "./events.ts";
import type { ComponentProgress, Progress } from "./progress.ts";

/** Milliseconds between two signs of life where the output is no terminal. */
const heartbeatMs = 20_000;

const changed = (component: ComponentProgress): boolean =>
  component.changed + component.failed + component.running.size > 0;

/** The steps that a component waits for, longest first. */
export function activity(component: ComponentProgress, now: number): string {
  const steps = [...component.running].sort(([, a], [, b]) => a.since - b.since);
  const [first] = steps;
  if (first === undefined) return "";
  const [urn, { type, op, since }] = first;
  const verb =
    op === "same" ? "checking" : op.startsWith("delete") ? "deleting" : op === "update" ? "updating" : "creating";
  const waited = now - since >= 2000 ? ` ${duration(now - since)}` : "";
  const more = steps.length > 1 ? `, +${steps.length - 1}` : "";
  return `${verb} ${kindOf(type)} ${nameOf(urn)}${waited}${more}`;
}

export interface LineOptions {
  /** The run is over: whatever rests now is done. Before that it may only wait for something elsewhere. */
  readonly final: boolean;
  readonly columns: number;
}

export function componentLine(component: ComponentProgress, now: number, { final, columns }: LineOptions): string {
  const { running, failed, done, span } = component;
  const since = span?.start ?? Math.min(...[...running.values()].map((step) => step.since));
  const elapsed = duration((running.size > 0 ? now : (span?.end ?? now)) - since);
  const rest = final ? colors.green("✓") : colors.dim("·");
  const mark = failed > 0 ? colors.red("✗") : running.size > 0 ? colors.cyan("…") : rest;
  const head = `${component.layer.padEnd(9)}${component.name.padEnd(30)}${elapsed.padStart(8)}  `;
  const state = running.size > 0 ? activity(component, now) : `${done} ready${failed > 0 ? `, ${failed} failed` : ""}`;
  // A line that wraps would break the block that is redrawn.
  const room = Math.max(10, columns - head.length - 5);
  const cut = state.length > room ? `${state.slice(0, room - 1)}…` : state;
  return `  ${mark} ${head}${running.size > 0 ? colors.dim(cut) : cut}`;
}

/** In a sign of life. */
const shownAtOnce = 6;

const waitingSince = ({ running }: ComponentProgress): number =>
  Math.min(...[...running.values()].map(({ since }) => since));

const longestFirst = (busy: readonly ComponentProgress[]): readonly ComponentProgress[] =>
  [...busy].sort((a, b) => waitingSince(a) - waitingSince(b));

/** One line a component, as long as they fit: a block that is taller than the terminal can't be redrawn. */
export function liveLines(
  components: readonly ComponentProgress[],
  now: number,
  { columns, rows }: Pick<Screen, "columns" | "rows">,
): readonly string[] {
  const room = Math.max(3, rows - 4);
  const line = (component: ComponentProgress): string => componentLine(component, now, { final: false, columns });
  if (components.length <= room) return components.map(line);
  const failed = components.filter((component) => component.failed > 0);
  const busy = longestFirst(components.filter(({ running, failed }) => failed === 0 && running.size > 0));
  const shown = [...failed, ...busy].slice(0, room - 1);
  return [...shown.map(line), colors.dim(`  · and ${components.length - shown.length} more components`)];
}

export class Display {
  readonly #screen: Screen;
  readonly #progress: Progress;
  readonly #clock: () => number;
  #notes = 0;
  #spoken = 0;
  readonly #timer: NodeJS.Timeout;

  readonly #words: { readonly idle: string };

  constructor(screen: Screen, progress: Progress, clock: () => number, action: "up" | "preview" | "destroy" = "up") {
    this.#words = { idle: action === "destroy" ? "the engine reads its state" : "the program declares its resources" };
    this.#screen = screen;
    this.#progress = progress;
    this.#clock = clock;
    this.#timer = setInterval(() => this.#tick(), 150).unref();
  }

  #tick(): void {
    const now = this.#clock();
    this.#printNotes();
    const components = this.#progress.components.filter(changed);
    if (this.#screen.interactive) {
      const lines = liveLines(components, now, this.#screen);
      this.#screen.show([
        ...(lines.length > 0 ? lines : [`  … ${colors.dim(this.#words.idle)}`]),
        `  ${colors.dim(`elapsed ${duration(now)}`)}`,
      ]);
      return;
    }
    if (now - this.#spoken < heartbeatMs) return;
    this.#spoken = now;
    // A component that rests may go on later: that it is done can be said at the end only.
    const busy = components.filter(({ running }) => running.size > 0);
    const ready = components.reduce((sum, { changed }) => sum + changed, 0);
    if (busy.length === 0) return;
    const shown = longestFirst(busy).slice(0, shownAtOnce);
    const more = busy.length > shown.length ? `; and ${busy.length - shown.length} more` : "";
    this.#screen.print(
      `  … ${duration(now)}, ${ready} ready: ${shown.map((c) => `${c.name} (${activity(c, now)})`).join("; ")}${more}`,
    );
  }

  #printNotes(): void {
    const { notes } = this.#progress;
    while (this.#notes < notes.length) {
      const note = notes[this.#notes];
      this.#notes += 1;
      if (note !== undefined)
        this.#screen.print(
          note
            .split("\n")
            .map((line) => `  · ${line}`)
            .join("\n"),
        );
    }
  }

  /** Leaves the final lines on the screen. */
  close(): void {
    clearInterval(this.#timer);
    this.#screen.show([]);
    this.#printNotes();
    const now = this.#clock();
    const columns = this.#screen.interactive ? this.#screen.columns : Number.POSITIVE_INFINITY;
    for (const component of this.#progress.components.filter(changed))
      this.#screen.print(componentLine(component, now, { final: true, columns }));
  }
}
