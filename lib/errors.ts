// A mistake of the user's, told apart from a crash of ours: printed as it is, without a stack trace.

/** Says what is wrong, where, what is allowed, and what to do next. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** Every issue of a stack file at once. */
export class ConfigError extends UserError {
  override readonly name = "ConfigError";
  readonly issues: readonly string[];

  constructor(file: string, issues: readonly string[]) {
    const count = `${issues.length} ${issues.length === 1 ? "error" : "errors"}`;
    super(`${file} has ${count}:\n${issues.map((issue) => `  - ${issue}`).join("\n")}`);
    this.issues = issues;
  }
}
