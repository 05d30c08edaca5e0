// What a change makes of the stacks, as the preview writes it. The job that posts it runs other code than the one that wrote it,
// so it is checked like any input from outside.
import { z } from "zod";
import { layers } from "../../engine/progress.ts";

/** Raised when a reader of an older file would misread it. */
export const changesVersion = 1;

/** Fields of one resource that are kept. */
export const mostFields = 400;

const text = z.string().max(400);

const fieldSchema = z.discriminatedUnion("kind", [
  /** One value: absent is a field that is not there. */
  z.strictObject({ kind: z.literal("value"), path: text, from: text.optional(), to: text.optional() }),
  /** Lines of a unified diff, each with its first character. */
  z.strictObject({
    kind: z.literal("lines"),
    path: text,
    lines: z.array(z.string().max(300)).max(80),
    /** Lines that were left out. */
    more: z.int().min(0),
  }),
]);

const changeSchema = z.strictObject({
  op: z.enum(["add", "change", "remove"]),
  kind: text,
  /** namespace/name in the cluster, or the program's name. */
  name: text,
  component: text,
  by: z.enum(["pulumi", "gitops"]),
  fields: z.array(fieldSchema).max(mostFields),
});

const stackSchema = z.strictObject({
  /** As Pulumi allows it: it stands outside of fences. */
  stack: z.string().regex(/^[\w.-]{1,100}$/),
  /** Resources after the change, components aside. */
  resources: z.int().min(0),
  /** Why the stack can't be planned or compared. */
  problem: z.string().max(4000).optional(),
  layers: z.array(z.strictObject({ layer: z.enum(layers), changes: z.array(changeSchema).max(3000) })),
});

export const changesSchema = z.strictObject({
  version: z.literal(changesVersion),
  /** Commit that it is compared with: 40 hex digits. */
  base: z.string().regex(/^[0-9a-f]{40}$/),
  stacks: z.array(stackSchema).max(50),
});

export type Changes = z.infer<typeof changesSchema>;
export type StackChanges = z.infer<typeof stackSchema>;
export type LayerChanges = StackChanges["layers"][number];
export type Change = z.infer<typeof changeSchema>;
export type Field = z.infer<typeof fieldSchema>;
