// What a long step shows: a live block in a terminal, a line now and then elsewhere.
import { duration } from "./duration.ts";

export interface Screen {
  /** Prints lines that stay. */
  print(text: string): void;
  /** Replaces the live block; does nothing where the output is not a terminal. */
  show(lines: readonly string[]): void;
  /** Removes the live block and gives the terminal back. */
  close(): void;
  readonly interactive: boolean;
  readonly columns: number;
  readonly rows: number;
}

export async function openScreen(stream: NodeJS.WriteStream = process.stdout): Promise<Screen> {
  const interactive = stream.isTTY === true && process.env["CI"] === undefined && process.env["TERM"] !== "dumb";
  if (!interactive)
    return {
      interactive,
      columns: 120,
      rows: 40,
      print: (text) => void stream.write(`${text}\n`),
      show: () => undefined,
      close: () => undefined,
    };
  const { createLogUpdate } = await import("log-update");
  const block = createLogUpdate(stream, { showCursor: false });
  let current: readonly string[] = [];
  return {
    interactive,
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    print: (text) => {
      block.clear();
      stream.write(`${text}\n`);
      if (current.length > 0) block(current.join("\n"));
    },
    show: (lines) => {
      current = lines;
      if (lines.length === 0) block.clear();
      else block(lines.join("\n"));
    },
    close: () => {
      current = [];
      block.clear();
      block.done();
    },
  };
}

/** The same screen with its live block only. */
export const withoutLines = (screen: Screen): Screen => ({
  interactive: screen.interactive,
  get columns() {
    return screen.columns;
  },
  get rows() {
    return screen.rows;
  },
  print: () => undefined,
  show: screen.show,
  close: screen.close,
});

export interface Step {
  /** Text after the title, for example what is compiled right now. */
  detail: string;
}

const heartbeatMs = 20_000;

/** Steps that run side by side, each with its elapsed time. */
export class Steps {
  readonly #screen: Screen;
  readonly #running = new Map<Step, { title: string; started: number; spoken: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /**
   * Runs `work` under a title. Prints one line when it ends: what `done` returns for the result.
   * A step that ends within a tick and returns undefined from `done` prints nothing.
   */
  async run<T>(title: string, work: (step: Step) => Promise<T>, done: (result: T) => string | undefined): Promise<T> {
    const step: Step = { detail: "" };
    const started = Date.now();
    this.#running.set(step, { title, started, spoken: started });
    this.#timer ??= setInterval(() => this.#tick(), 120).unref();
    try {
      const result = await work(step);
      const line = done(result);
      if (line !== undefined) this.#screen.print(`  ✓ ${line}  ${duration(Date.now() - started)}`);
      return result;
    } finally {
      this.#running.delete(step);
      if (this.#running.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
        this.#screen.show([]);
      }
    }
  }

  #tick(): void {
    const now = Date.now();
    const lines: string[] = [];
    for (const [step, entry] of this.#running) {
      const text = `  … ${entry.title}  ${duration(now - entry.started)}${step.detail === "" ? "" : `  ${step.detail}`}`;
      lines.push(text.slice(0, Math.max(20, this.#screen.columns - 1)));
      if (!this.#screen.interactive && now - entry.spoken >= heartbeatMs) {
        entry.spoken = now;
        this.#screen.print(text);
      }
    }
    this.#screen.show(lines);
  }
}
