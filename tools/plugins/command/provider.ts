// The command plugin: local.Command, a resource whose create, update and delete are shell commands.

import type { Log } from "../rpc/engine.ts";
import { uniqueName } from "../rpc/naming.ts";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  Plugin,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../rpc/provider.ts";
import { containsSecret, type Properties, plainObject, secret, stringAt, unknownValue } from "../rpc/values.ts";
import { commandInputs, diffCommand } from "./rules.ts";
import { type CommandArgs, type CommandOutput, runCommand } from "./run.ts";

const outputOf = (state: Properties): CommandOutput => ({
  stdout: stringAt(state, "stdout") ?? "",
  stderr: stringAt(state, "stderr") ?? "",
});

export class CommandPlugin implements Plugin {
  readonly name = "command";
  readonly version: string;
  private readonly log: Log;
  private readonly canceller = new AbortController();

  constructor(version: string, log: Log) {
    this.version = version;
    this.log = log;
  }

  cancel(): void {
    this.canceller.abort();
  }

  async check({ type, news }: CheckRequest): Promise<CheckResult> {
    if (type !== "command:local:Command") {
      const reason = `the offline command plugin only serves command:local:Command, not ${type}: install the official plugin`;
      return { inputs: news, failures: [{ property: "", reason }] };
    }
    return commandInputs(news);
  }

  async diff({ olds, oldInputs, news }: DiffRequest): Promise<DiffResult> {
    return diffCommand(Object.keys(oldInputs).length > 0 ? oldInputs : olds, news);
  }

  private run(urn: string, command: string, state: Properties, previous: CommandOutput): Promise<CommandOutput> {
    return runCommand(command, state as CommandArgs, previous, {
      signal: this.canceller.signal,
      show: (line) => this.log.status(line, urn),
    });
  }

  /** Output is as secret as what the command was made of. */
  private state(inputs: Properties, output: CommandOutput): Properties {
    const mark = containsSecret(inputs) ? secret : (text: string) => text;
    return { ...inputs, stdout: mark(output.stdout), stderr: mark(output.stderr) };
  }

  async create({ urn, name, inputs, preview }: CreateRequest): Promise<{ id: string; properties: Properties }> {
    if (preview) return { id: "", properties: this.state(inputs, { stdout: unknownValue, stderr: unknownValue }) };
    const args = plainObject(inputs);
    const command = stringAt(args, "create");
    const none = { stdout: "", stderr: "" };
    const output = command === undefined ? none : await this.run(urn, command, args, none);
    return { id: uniqueName(name, new Uint8Array()), properties: this.state(inputs, output) };
  }

  async read({ id, properties, inputs }: ReadRequest): Promise<ReadResult> {
    return { id, properties, inputs };
  }

  async update({ urn, inputs, olds, preview }: UpdateRequest): Promise<{ properties: Properties }> {
    if (preview) return { properties: this.state(inputs, { stdout: unknownValue, stderr: unknownValue }) };
    const args = plainObject(inputs);
    const command = stringAt(args, "update") ?? stringAt(args, "create");
    const previous = outputOf(plainObject(olds));
    const output = command === undefined ? previous : await this.run(urn, command, args, previous);
    return { properties: this.state(inputs, output) };
  }

  async delete({ urn, properties }: DeleteRequest): Promise<void> {
    const state = plainObject(properties);
    const command = stringAt(state, "delete");
    if (command !== undefined) await this.run(urn, command, state, outputOf(state));
  }
}
