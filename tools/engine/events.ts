// The engine's event stream, as far as strata reads it: JSON lines, written by `--event-log`.

export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "refresh"
  | (string & {});

export interface ResourceStateEvent {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly custom?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface StepMetadata {
  readonly op: Operation;
  readonly urn: string;
  readonly type: string;
  readonly old: ResourceStateEvent | null;
  readonly new: ResourceStateEvent | null;
}

export interface Diagnostic {
  readonly urn?: string;
  readonly message: string;
  readonly severity: "debug" | "info" | "info#err" | "warning" | "error";
  readonly ephemeral?: boolean;
}

/** What a policy pack has to say of a resource. */
export interface PolicyViolation {
  readonly resourceUrn?: string;
  /** The rule's description, and after a line break what is wrong. */
  readonly message: string;
  readonly policyName: string;
  readonly enforcementLevel: "advisory" | "mandatory" | (string & {});
}

export interface EngineEvent {
  readonly sequence: number;
  /** Seconds since 1970: too coarse to time anything with. */
  readonly timestamp: number;
  readonly resourcePreEvent?: { readonly metadata: StepMetadata; readonly planning?: boolean };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata; readonly planning?: boolean };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: Diagnostic;
  readonly policyEvent?: PolicyViolation;
  readonly summaryEvent?: {
    readonly durationSeconds: number;
    readonly resourceChanges: Readonly<Record<string, number>>;
    readonly result: string;
  };
  readonly cancelEvent?: Readonly<Record<string, never>>;
}

/** Cuts a growing text into whole lines and parses each; a half line waits for its rest. */
export class EventParser {
  #rest = "";

  push(chunk: string): readonly EngineEvent[] {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => {
      try {
        return line.trim() === "" ? [] : [JSON.parse(line) as EngineEvent];
      } catch {
        // A line that the engine was killed in.
        return [];
      }
    });
  }
}

/** Last part of a URN: the resource's name. */
export const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** Last part of a type token, for people: kubernetes:apps/v1:StatefulSet is a StatefulSet. */
export const kindOf = (type: string): string => type.slice(type.lastIndexOf(":") + 1);

const secretMark = "4dabf18193072939515e22adb298388d";

export const isSecretOutput = (value: unknown): boolean =>
  typeof value === "object" && value !== null && secretMark in value;
