// What the fault tests found, summed up by fault. Pure.

/** One try of one fault, as the tests write it down. */
export interface Try {
  readonly fault: string;
  readonly detail: string;
  readonly outcome: "converged" | "failed" | "not tried";
  readonly seconds: number;
  /** Why it failed or was not tried, or what was seen on the way. */
  readonly note?: string;
}

export interface Row {
  readonly fault: string;
  readonly tried: number;
  readonly converged: number;
  /** Of one try, without what came before the fault's own test. */
  readonly medianSeconds: number;
  /** Each remark once, with how often it was made where that is not once. */
  readonly notes: readonly string[];
}

export const parseTries = (lines: string): readonly Try[] =>
  lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Try);

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
};

const counted = (notes: readonly string[]): string[] =>
  [...new Set(notes)].map((note) => {
    const times = notes.filter((other) => other === note).length;
    return times > 1 ? `${note} (${times}x)` : note;
  });

export const rows = (tries: readonly Try[]): readonly Row[] =>
  [...new Set(tries.map(({ fault }) => fault))].map((fault) => {
    const own = tries.filter((entry) => entry.fault === fault);
    const tried = own.filter(({ outcome }) => outcome !== "not tried");
    return {
      fault,
      tried: tried.length,
      converged: tried.filter(({ outcome }) => outcome === "converged").length,
      medianSeconds: median(tried.map(({ seconds }) => seconds)),
      notes: counted(
        own.flatMap(({ note, outcome, detail }) => {
          const [first = ""] = (note ?? "").split("\n");
          if (first === "") return [];
          return [outcome === "failed" ? `${detail}: ${first}` : first];
        }),
      ),
    };
  });

/** "20 of 20", or why there was none. */
export const outcomeOf = ({ tried, converged }: Row): string =>
  tried === 0 ? "not tried" : converged === tried ? `${converged} of ${tried}` : `${converged} of ${tried} FAILED`;
