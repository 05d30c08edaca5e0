// The answer to "is it ready?", as every rule gives it.

export type Verdict =
  | { readonly state: "ready" }
  /** Not yet: what is missing now, and what would be reported if it stayed so. */
  | { readonly state: "waiting"; readonly status: string; readonly reasons: readonly string[] }
  /** Never without a change: the wait ends at once. */
  | { readonly state: "failed"; readonly reasons: readonly string[] };

export const ready: Verdict = { state: "ready" };
export const waiting = (status: string, reasons: readonly string[] = [status]): Verdict => ({
  state: "waiting",
  status,
  reasons,
});
export const failed = (...reasons: readonly string[]): Verdict => ({ state: "failed", reasons });
