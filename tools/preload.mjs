// Loaded before the program (Pulumi.yaml, nodeargs): keeps an error from hanging the run.
import util from "node:util";

// Node 20.20 never ends colouring a stack line like node_modules/@pulumi/resource.ts, which the SDK's source maps produce:
// without this, each failing program took three minutes and 3 GB before it said why (measured).
const { inspect } = util;
const plain = (value, options, ...rest) =>
  inspect(value, typeof options === "object" && options !== null ? { ...options, colors: false } : options, ...rest);
util.inspect = Object.assign(plain, inspect);
