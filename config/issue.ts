/** A mistake in the stack file: where, and what to do about it. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
