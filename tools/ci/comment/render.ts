// The changes of a pull request as Markdown, in as much detail as fits. Pure. Whatever a plan says stands inside a fence, where it is inert.
import { fenced } from "../../report/markdown-text.ts";
import { count } from "../../terminal/duration.ts";
import type { Change, Changes, Field, LayerChanges, StackChanges } from "../changes/schema.ts";

interface Detail {
  /** Fields of one resource. */
  readonly fields: number;
  /** Lines of one field's diff. */
  readonly lines: number;
  /** Resources of one layer. */
  readonly resources: number;
  /** Characters of what a stack's problem says. */
  readonly problem: number;
}

/** From everything to nothing but the numbers. */
const details: readonly Detail[] = [
  { fields: 400, lines: 80, resources: 3000, problem: 4000 },
  { fields: 20, lines: 12, resources: 3000, problem: 2000 },
  { fields: 6, lines: 4, resources: 3000, problem: 1000 },
  { fields: 2, lines: 0, resources: 3000, problem: 1000 },
  { fields: 0, lines: 0, resources: 3000, problem: 1000 },
  { fields: 0, lines: 0, resources: 40, problem: 500 },
  { fields: 0, lines: 0, resources: 10, problem: 300 },
  { fields: 0, lines: 0, resources: 0, problem: 200 },
];

const more = (number: number, noun: string): string[] => (number > 0 ? [`  … and ${count(number, noun)} more`] : []);

const fieldLines = (field: Field, { lines }: Detail): string[] => {
  if (field.kind === "value")
    return [
      ...(field.from === undefined ? [] : [`-   ${field.path}: ${field.from}`]),
      ...(field.to === undefined ? [] : [`+   ${field.path}: ${field.to}`]),
    ];
  const left = field.lines.length - Math.min(lines, field.lines.length) + field.more;
  return [
    `    ${field.path}:`,
    ...field.lines.slice(0, lines).map((line) => `${line.slice(0, 1)}     ${line.slice(1)}`),
    ...more(left, "line"),
  ];
};

const marks = { add: "+", change: "!", remove: "-" } as const;

/** A line break would begin a line of another meaning. */
const oneLine = (text: string): string => text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ");

/** An object of Kubernetes under another name is another object. */
const isReplaced = ({ fields }: Change): boolean =>
  fields.some(({ path }) => path === "metadata.name" || path === "metadata.namespace");

const changeLines = (change: Change, detail: Detail): string[] => {
  const { op, kind, name, by, fields } = change;
  const shown = fields.slice(0, detail.fields);
  return [
    `${marks[op]} ${kind} ${name}${by === "gitops" ? "  (by GitOps)" : ""}${isReplaced(change) ? "  (replaced)" : ""}`,
    ...shown.flatMap((field) => fieldLines(field, detail)),
    ...more(fields.length - shown.length, "field"),
  ].map(oneLine);
};

const ops = [
  ["add", "added"],
  ["change", "changed"],
  ["remove", "removed"],
] as const;

/** "1 added, 2 changed". */
const tally = (changes: readonly Change[]): string =>
  ops
    .map(([op, word]) => [changes.filter((change) => change.op === op).length, word] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(", ");

const layerLines = ({ layer, changes }: LayerChanges, detail: Detail): string[] => {
  const shown = changes.slice(0, detail.resources);
  const lines = [
    ...shown.flatMap((change) => changeLines(change, detail)),
    ...(shown.length > 0 ? more(changes.length - shown.length, "resource") : []),
  ];
  return [`**${layer}**: ${tally(changes)}`, "", ...(lines.length > 0 ? [fenced(lines.join("\n"), "diff"), ""] : [])];
};

const names = (stacks: readonly StackChanges[]): string => stacks.map(({ stack }) => `\`${stack}\``).join(", ");

/** Stacks in which exactly the same changes. */
const alike = (stacks: readonly StackChanges[]): StackChanges[][] => {
  const groups = new Map<string, StackChanges[]>();
  for (const stack of stacks) {
    const key = JSON.stringify(stack.layers);
    groups.set(key, [...(groups.get(key) ?? []), stack]);
  }
  return [...groups.values()];
};

const groupLines = (stacks: readonly StackChanges[], detail: Detail): string[] => {
  const [first] = stacks;
  if (!first) return [];
  const all = first.layers.flatMap(({ changes }) => changes);
  return [
    `<details open><summary><b>${names(stacks).replaceAll("`", "")}</b>: ${tally(all)}</summary>`,
    "",
    ...first.layers.flatMap((layer) => layerLines(layer, detail)),
    "</details>",
    "",
  ];
};

const problemLines = ({ stack, problem = "" }: StackChanges, detail: Detail): string[] => [
  `**\`${stack}\`** has no preview:`,
  "",
  fenced(problem.length > detail.problem ? `${problem.slice(0, detail.problem)}…` : problem),
  "",
];

const render = ({ base, stacks }: Changes, detail: Detail): string => {
  const failed = stacks.filter(({ problem }) => problem !== undefined);
  const changed = stacks.filter(({ layers }) => layers.length > 0);
  const same = stacks.filter(({ layers, problem }) => layers.length === 0 && problem === undefined);
  const planned = count(
    stacks.reduce((sum, { resources }) => sum + resources, 0),
    "resource",
  );
  if (failed.length === 0 && changed.length === 0)
    return `**Preview:** nothing changes in ${count(same.length, "stack")} (${planned}), against ${base.slice(0, 12)}.`;
  return [
    `### Preview: ${count(changed.length, "stack")} of ${stacks.length} ${changed.length === 1 ? "changes" : "change"}`,
    "",
    `What merging changes in the plan of each stack, against ${base.slice(0, 12)}. Planned without a cluster and without credentials.`,
    "",
    ...failed.flatMap((stack) => problemLines(stack, detail)),
    ...alike(changed).flatMap((group) => groupLines(group, detail)),
    ...(same.length > 0 ? [`No change: ${names(same)}`, ""] : []),
    ...(detail === details[0] ? [] : ["Cut to fit. The whole list is in the run's summary.", ""]),
  ]
    .join("\n")
    .trimEnd();
};

/** @param limit characters. Throws where not even the numbers fit, which no schema-checked file with a limit of 64 kB comes to. */
export const renderChanges = (changes: Changes, limit: number): string => {
  for (const detail of details) {
    const text = render(changes, detail);
    if (text.length <= limit) return text;
  }
  throw new Error(`The preview can't be said in ${limit} characters`);
};
