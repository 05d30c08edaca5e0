// Rehearsals and benchmarks are Pulumi stacks of their own, and run the stack file of the stack that they are named after.

/** "dev-fast" of "dev-fast", "dev-fast-rehearsal" and "dev-fast-bench-base-rehearsal". */
export const stackOfFile = (stack: string): string => stack.replace(/(-bench|-bench-base)?(-rehearsal)?$/, "");
