// What a plugin implements: the engine's resource protocol with plain types.
import type { Properties } from "./values.ts";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckRequest {
  readonly urn: string;
  /** `package:module:Type` of the resource. */
  readonly type: string;
  /** Last part of the URN. */
  readonly name: string;
  readonly olds: Properties;
  readonly news: Properties;
  readonly randomSeed: Uint8Array;
  readonly autonaming?: { readonly mode: "disable" | "enforce" | "propose"; readonly name: string };
}

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures?: readonly CheckFailure[];
}

export type DiffKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";

export interface DiffRequest {
  readonly id: string;
  readonly urn: string;
  readonly type: string;
  /** State: what create, update or read returned last. */
  readonly olds: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}

export interface DiffResult {
  readonly changes: boolean;
  /** Property path to what happens there. */
  readonly detailed?: Readonly<Record<string, { readonly kind: DiffKind; readonly inputDiff?: boolean }>>;
  readonly diffs?: readonly string[];
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

interface Request {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface CreateRequest extends Request {
  readonly inputs: Properties;
  /** Of customTimeouts; 0 if not set. */
  readonly timeoutSeconds: number;
  readonly preview: boolean;
}

export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  readonly olds: Properties;
  readonly oldInputs: Properties;
}

export interface ReadRequest extends Request {
  readonly id: string;
  /** Empty if the resource is read for the first time (get or import). */
  readonly properties: Properties;
  readonly inputs: Properties;
}

export interface DeleteRequest extends Request {
  readonly id: string;
  readonly properties: Properties;
  readonly oldInputs: Properties;
  readonly timeoutSeconds: number;
}

/** Undefined: the resource is gone. */
export type ReadResult =
  | { readonly id: string; readonly properties: Properties; readonly inputs?: Properties }
  | undefined;

export interface Plugin {
  readonly name: string;
  readonly version: string;
  checkConfig?(request: CheckRequest): Promise<CheckResult>;
  diffConfig?(request: DiffRequest): Promise<DiffResult>;
  /** Called once, with the provider's arguments as strings (structured ones as JSON). */
  configure?(variables: Readonly<Record<string, string>>): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<{ readonly id: string; readonly properties: Properties }>;
  read(request: ReadRequest): Promise<ReadResult>;
  update(request: UpdateRequest): Promise<{ readonly properties: Properties }>;
  delete(request: DeleteRequest): Promise<void>;
  /** The user interrupted the run: end all waits now. */
  cancel(): void;
}

/** The resource exists but did not become ready: the engine keeps its state and the next run goes on from there. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];
  readonly inputs: Properties | undefined;

  constructor(
    message: string,
    state: { id: string; properties: Properties; reasons: readonly string[]; inputs?: Properties },
  ) {
    super(message);
    this.id = state.id;
    this.properties = state.properties;
    this.reasons = state.reasons;
    this.inputs = state.inputs;
  }
}

/** Type token of a URN: the last of its qualified types. */
export const typeOf = (urn: string): string => {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
};

/** Name of a URN. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
