// What changes between the plans of two commits, by stack and layer. Pure.
import { checksumAnnotation } from "../../../lib/workload.ts";
import { layers } from "../../engine/progress.ts";
import type { PlannedResource, Snapshot, StackSnapshot } from "../plan/snapshot.ts";
import { fieldsOf } from "./fields.ts";
import { type Change, type Changes, changesVersion, type Field, mostFields, type StackChanges } from "./schema.ts";

type Pair = readonly [before: PlannedResource | undefined, after: PlannedResource | undefined];

const about = ({ kind, name, component, by }: PlannedResource) => ({ kind, name, component, by });

/** The checksum itself says nothing; that it changes restarts the pods. */
const plainly = (field: Field): Field =>
  field.path.endsWith(`annotations."${checksumAnnotation}"`)
    ? { kind: "value", path: "pods", to: "restart, because what they read at start changes" }
    : field;

/** What of a resource counts: its inputs, who applies it, and whether the engine would refuse to delete it. */
const compared = ({ inputs, by, protect }: PlannedResource) => ({ inputs, by, protect });

const changeOf = ([before, after]: Pair): Change | undefined => {
  if (!after) return before && { op: "remove", ...about(before), fields: [] };
  if (!before) return { op: "add", ...about(after), fields: [] };
  const [from, to] = [compared(before), compared(after)];
  const fields = [
    ...fieldsOf("", from.inputs, to.inputs),
    ...fieldsOf(
      "",
      { "(applied by)": from.by, "(protected)": from.protect },
      { "(applied by)": to.by, "(protected)": to.protect },
    ),
  ];
  return fields.length === 0
    ? undefined
    : { op: "change", ...about(after), fields: fields.slice(0, mostFields).map(plainly) };
};

const order = (a: Change, b: Change): number =>
  `${a.component} ${a.kind} ${a.name}` < `${b.component} ${b.kind} ${b.name}` ? -1 : 1;

const compareStack = (base: StackSnapshot | undefined, head: StackSnapshot): StackChanges => {
  const { stack, problem } = head;
  const known = { stack, resources: head.resources.length };
  if (problem !== undefined) return { ...known, problem: problem.slice(0, 4000), layers: [] };
  if (base?.problem !== undefined)
    return {
      ...known,
      problem: `Planned, and compared with nothing: on the base ${base.problem}`.slice(0, 4000),
      layers: [],
    };
  const before = new Map(base?.resources.map((resource) => [resource.urn, resource]));
  const after = new Map(head.resources.map((resource) => [resource.urn, resource]));
  const pairs = [...new Set([...before.keys(), ...after.keys()])].map((urn): Pair => [before.get(urn), after.get(urn)]);
  return {
    ...known,
    layers: layers.flatMap((layer) => {
      const own = pairs.filter(([old, now]) => (now ?? old)?.layer === layer);
      const changes = own.flatMap((pair) => changeOf(pair) ?? []).sort(order);
      return changes.length === 0 ? [] : [{ layer, changes }];
    }),
  };
};

/** @param commit of the base. */
export const compareSnapshots = (base: Snapshot, head: Snapshot, commit: string): Changes => {
  const before = new Map(base.stacks.map((stack) => [stack.stack, stack]));
  const gone = base.stacks.filter(({ stack }) => !head.stacks.some((other) => other.stack === stack));
  return {
    version: changesVersion,
    base: commit,
    stacks: [
      ...head.stacks.map((stack) => compareStack(before.get(stack.stack), stack)),
      ...gone.map((stack) => compareStack(stack, { stack: stack.stack, resources: [] })),
    ].sort((a, b) => (a.stack < b.stack ? -1 : 1)),
  };
};
