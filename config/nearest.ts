// The key that a misspelt one was probably meant to be.
import { distance } from "fastest-levenshtein";

/** The candidate within a third of the word's length in edits, or undefined. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  // A number is not a misspelling of another number.
  if (!/[a-z]/i.test(word)) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(1, Math.ceil(word.length / 3)) ? best.candidate : undefined;
};

/** What to say of a name that nobody declared. `where` says where the known ones are. */
export const unknown = (what: string, name: string, where: string, known: readonly string[]): string => {
  const guess = nearest(name, known);
  return `Unknown ${what} "${name}". ${guess ? `Did you mean "${guess}"? ` : ""}${where}: ${known.join(", ") || "none"}`;
};
