// What an operation does to the world, in one place: the API server, forwarded ports, the clock and the screen. Tests give it another one.

export interface PodPort {
  readonly namespace: string;
  /** Labels of the pods of which the first ready one answers. */
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
}

export interface World {
  /** Undefined where there is no such object, or no such kind. */
  get<T>(path: string): Promise<T | undefined>;
  list<T>(path: string, labels?: Readonly<Record<string, string>>): Promise<readonly T[]>;
  /** A merge patch, owned by `manager`. */
  patch<T>(path: string, body: object, manager: string): Promise<T>;
  create<T>(path: string, body: object): Promise<T>;
  /** Nothing to do where it is gone already. */
  remove(path: string): Promise<void>;
  /** Last lines of the only container of a pod; none where there is no log. */
  log(path: string, lines: number): Promise<readonly string[]>;
  /** Runs `use` with a port on 127.0.0.1 that leads to that port of a ready pod. */
  forward<T>(to: PodPort, use: (port: number) => Promise<T>): Promise<T>;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  say(line: string): void;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}
