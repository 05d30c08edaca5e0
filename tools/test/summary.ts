// The closing line of a test run, from vitest's own report. Pure.

/** What matters here of vitest's JSON report. */
export interface SuiteReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests?: number;
  readonly numFailedTestSuites?: number;
  readonly success?: boolean;
  readonly testResults?: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ok: boolean;
}

/**
 * Counts a run. A file that could not even be loaded holds no test, and still counts as one failure.
 *
 * @param report undefined where vitest ended before it wrote one: then nothing ran, and that is a failure too.
 * @param code exit code of vitest: an unhandled error fails a run in which every test passed.
 */
export function summarize(report: SuiteReport | undefined, code: number): Summary {
  const broken = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const passed = report?.numPassedTests ?? 0;
  const failed = (report?.numFailedTests ?? 0) + broken;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  return { passed, failed, skipped, ok: code === 0 && failed === 0 && passed > 0 };
}

/** "12 passed, 0 failed", with ", 3 skipped" where some were. */
export const closingLine = ({ passed, failed, skipped }: Summary): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
