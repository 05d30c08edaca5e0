// The random plugin: values made once, kept in the state, made anew when an input changes.
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  DiffKind,
  DiffRequest,
  DiffResult,
  Plugin,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../rpc/provider.ts";
import { containsUnknown, deepEqual, type Properties, plainObject } from "../rpc/values.ts";
import { markSecrets, type RandomType, types, unknownOutputs, withDefaults } from "./types.ts";

/** Every input decides the value, so every change replaces; a default written out is no change. */
export const diffRandom = (type: RandomType, olds: Properties, news: Properties): DiffResult => {
  const [before, after] = [withDefaults(type, plainObject(olds)), withDefaults(type, plainObject(news))];
  const detailed: Record<string, { kind: DiffKind; inputDiff: boolean }> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (deepEqual(before[key], after[key])) continue;
    const kind =
      before[key] === undefined ? "add-replace" : after[key] === undefined ? "delete-replace" : "update-replace";
    detailed[key] = { kind, inputDiff: true };
  }
  const replaces = Object.keys(detailed);
  return { changes: replaces.length > 0, detailed, replaces };
};

const typeOf = (token: string): RandomType => {
  const type = types[token];
  if (!type) throw new Error(`the offline random plugin does not serve ${token}`);
  return type;
};

export class RandomPlugin implements Plugin {
  readonly name = "random";
  readonly version: string;

  constructor(version: string) {
    this.version = version;
  }

  cancel(): void {}

  async check({ type: token, news }: CheckRequest): Promise<CheckResult> {
    const type = types[token];
    if (!type) {
      const served = Object.keys(types).map((name) => name.split(":")[2]);
      const reason = `the offline random plugin only serves ${served.join(", ")}, not ${token}: install the official plugin`;
      return { inputs: news, failures: [{ property: "", reason }] };
    }
    const inputs = plainObject(news);
    const known = ["keepers", ...Object.keys(type.inputs)];
    const failures = [
      ...Object.keys(inputs)
        .filter((key) => !key.startsWith("__") && !known.includes(key))
        .map((property) => ({ property, reason: `not known; known are ${known.join(", ")}` })),
      ...type.required
        .filter((key) => inputs[key] === undefined)
        .map((property) => ({ property, reason: "is required" })),
    ];
    const problem =
      failures.length === 0 && !containsUnknown(inputs) ? type.problem?.(withDefaults(type, inputs)) : undefined;
    return { inputs: news, failures: problem ? [problem] : failures };
  }

  async diff({ type, olds, oldInputs, news }: DiffRequest): Promise<DiffResult> {
    return diffRandom(typeOf(type), Object.keys(oldInputs).length > 0 ? oldInputs : olds, news);
  }

  async create({ type: token, inputs, preview }: CreateRequest): Promise<{ id: string; properties: Properties }> {
    const type = typeOf(token);
    const given = withDefaults(type, inputs);
    if (preview) return { id: "", properties: { ...given, ...markSecrets(type, unknownOutputs(type)) } };
    const { id, outputs } = await type.make(plainObject(given));
    return { id, properties: { ...given, ...markSecrets(type, outputs) } };
  }

  async read({ id, properties, inputs }: ReadRequest): Promise<ReadResult> {
    return { id, properties, inputs };
  }

  async update({ olds }: UpdateRequest): Promise<{ properties: Properties }> {
    return { properties: olds };
  }

  async delete(): Promise<void> {}
}
