// What a check says, and the order in which they run.

export interface Finding {
  readonly check: string;
  readonly status: "pass" | "fail" | "skip";
  /** What was seen: an answer, a count, or the reason. */
  readonly detail: string;
}

/** Thrown by a check that this cluster cannot show, with the reason. */
export class Skip extends Error {}

/** Runs one check; a thrown error is its failure. */
export const run = async (check: string, body: () => Promise<string>): Promise<Finding> => {
  try {
    return { check, status: "pass", detail: await body() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { check, status: error instanceof Skip ? "skip" : "fail", detail };
  }
};
