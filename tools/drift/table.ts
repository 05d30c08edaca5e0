// The drift report as text: a table of what differs, and one line that sums it up.
import Table from "cli-table3";
import { count } from "../terminal/duration.ts";
import type { Drift } from "./find.ts";

const place = ({ namespace, name }: Drift): string => (namespace === "" ? name : `${namespace}/${name}`);

export const renderDrift = (drifts: readonly Drift[], columns: number): string => {
  const kindWidth = Math.max(6, ...drifts.map(({ kind }) => kind.length)) + 2;
  const placeWidth = Math.min(40, Math.max(8, ...drifts.map((drift) => place(drift).length)) + 2);
  // Two thirds of what is left for the field's path and one for each of the values, but never too narrow to read.
  const rest = Math.max(66, columns - kindWidth - placeWidth - 6);
  const pathWidth = Math.floor(rest * 0.4);
  const valueWidth = Math.floor((rest - pathWidth) / 2);
  const table = new Table({
    head: ["kind", "object", "field", "wanted", "live"],
    style: { head: [], border: [] },
    colWidths: [kindWidth, placeWidth, pathWidth, valueWidth, valueWidth],
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  for (const drift of drifts)
    table.push([drift.kind, place(drift), drift.path === "" ? "(object)" : drift.path, drift.wanted, drift.live]);
  return table.toString();
};

/** "2 fields of 1 object differ, 1 object is gone". */
export const summarizeDrift = (drifts: readonly Drift[]): string => {
  const gone = drifts.filter(({ path }) => path === "").length;
  const fields = drifts.length - gone;
  const objects = new Set(drifts.filter(({ path }) => path !== "").map((drift) => `${drift.kind} ${place(drift)}`))
    .size;
  return [
    ...(fields > 0
      ? [`${count(fields, "field")} of ${count(objects, "object")} ${fields === 1 ? "differs" : "differ"}`]
      : []),
    ...(gone > 0 ? [`${count(gone, "object")} ${gone === 1 ? "is" : "are"} gone`] : []),
  ].join(", ");
};
