// How an operation ends that did not succeed: the operator's own reason and message, and what to do next.
import { UserError } from "../../lib/errors.ts";
import { type Condition, describeCondition } from "./objects.ts";

export interface Failure {
  /** What did not happen: "The backup failed". */
  readonly what: string;
  /** The operator's own word: JobFailed. */
  readonly reason?: string;
  /** The operator's own message. */
  readonly message?: string;
  /** A sentence without its full stop. */
  readonly next: string;
}

export const describeFailure = ({ what, reason, message, next }: Failure): string => {
  const said = [reason, message].filter((part) => part !== undefined && part !== "").join(": ");
  return `${what}${said === "" ? "" : `\n  ${said.trim().replace(/\n/g, "\n  ")}`}\n${next}.`;
};

export class OperationFailed extends UserError {
  override readonly name = "OperationFailed";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describeFailure(failure));
    this.failure = failure;
  }
}

/** Ctrl-C. What was begun is left as the message says. */
export class Interrupted extends UserError {
  override readonly name = "Interrupted";
}

/** A failure in the words of a condition. */
export const failedBy = (what: string, condition: Condition, next: string): Failure => ({
  what,
  reason: describeCondition(condition.type, {
    type: condition.type,
    status: condition.status,
    ...(condition.reason !== undefined && { reason: condition.reason }),
  }),
  ...(condition.message !== undefined && { message: condition.message }),
  next,
});
