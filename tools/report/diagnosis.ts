// Splits an error into what failed and what the cluster says of it: both kubernetes plugins list that as `* [Pod namespace/name]: ...`. Pure.
import type { RunRecord } from "./record.ts";

type Diagnosis = RunRecord["failures"][number]["diagnosis"];

const item = /\n\s*\*\s+(?=\[[A-Z]\w* [^\]\n]+\]: )/;

export function splitDiagnosis(text: string): { readonly message: string; readonly diagnosis: Diagnosis } {
  const [message = "", ...items] = text.split(item);
  const found = new Map<string, string[]>();
  for (const entry of items) {
    const [, title = "", said = ""] = /^\[([^\]\n]+)\]: ([\s\S]*)$/.exec(entry) ?? [];
    found.set(title, [...(found.get(title) ?? []), ...said.trimEnd().split("\n")]);
  }
  return { message: message.trimEnd(), diagnosis: [...found].map(([title, lines]) => ({ title, lines })) };
}
