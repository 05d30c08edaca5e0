// Plan recorder: runs the program against mocks and keeps every registration with its inputs, parent and edges.
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { valueState } from "./mock-state.ts";

type Inputs = Record<string, unknown>;

export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: Inputs;
  /** Paths of the inputs that are marked secret, sorted: `stringData`, `spec.template.spec.containers.0.env.3.value`. */
  readonly secretPaths: readonly string[];
  readonly parent: string;
  /** URNs that the resource waits for: through its inputs or dependsOn. */
  readonly dependencies: readonly string[];
  /** URN of the explicit provider, without its id; empty for a default provider. */
  readonly provider: string;
  readonly deletedWith: string;
  readonly deleteBeforeReplace: boolean;
  /** The engine refuses to delete it. */
  readonly protect: boolean;
  /** Inputs whose changes the engine leaves alone. */
  readonly ignoreChanges: readonly string[];
  readonly customTimeouts: boolean;
}

export interface Plan {
  readonly resources: readonly Registration[];
  readonly outputs: Record<string, unknown>;
  /** Tokens of functions that the program called; an offline preview must not call any. */
  readonly calls: readonly string[];
  /** The one registration of that name (and type, where several share it); throws if there is none or more. */
  find(name: string, type?: string): Registration;
  /** All resources that must exist before it, transitively. */
  before(name: string, type?: string): ReadonlySet<Registration>;
  /** Their names, components aside. A name may be that of several resources: `before` tells them apart. */
  upstream(name: string, type?: string): Set<string>;
}

export interface PlanOptions {
  readonly project?: string;
  readonly stack: string;
  readonly preview?: boolean;
  readonly config?: Record<string, string>;
  readonly secretKeys?: string[];
  /** Resource name to milliseconds that its creation takes. */
  readonly slow?: Readonly<Record<string, number>>;
  /** Another text makes another value of everything that is generated or kept secret. Default: none. */
  readonly salt?: string;
  /** Makes a resource somewhere, and tells its id and outputs; undefined leaves it to the mocks. Default: the mocks. */
  readonly create?: (type: string, name: string, inputs: Inputs) => Promise<Created | undefined>;
}

export interface Created {
  readonly id: string;
  readonly state: Inputs;
}

interface Struct {
  toJavaScript(): Inputs;
}

interface RegisterRequest {
  getObject(): Struct | undefined;
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }) => void): void };
  getProvider(): string;
  getProvidersMap(): { forEach(visit: (value: string) => void): void };
  getDeletedwith(): string;
  getDeletebeforereplace(): boolean;
  getProtect(): boolean;
  getIgnorechangesList(): string[];
  getCustomtimeouts(): unknown;
}

interface Monitor {
  registerResource(
    request: RegisterRequest,
    done: (error: unknown, response: { getUrn(): string } | undefined) => void,
  ): void;
}

/** Paths of the outermost secrets in a value of the engine's wire format. */
const secretPaths = (value: unknown, path: readonly string[] = []): string[] => {
  if (typeof value !== "object" || value === null) return [];
  if (pulumi.runtime.isRpcSecret(value)) return [path.join(".")];
  return Object.entries(value)
    .flatMap(([key, child]) => secretPaths(child, [...path, key]))
    .sort();
};

/** Registers the program's resources with mocks. `run` is the program; whatever it returns are the stack's outputs. */
export const recordPlan = async (
  options: PlanOptions,
  run: () => Promise<Record<string, unknown>> | Record<string, unknown>,
): Promise<Plan> => {
  const calls: string[] = [];
  const resources: Registration[] = [];

  // The engine would end the program; here it would wait for ever for what that resource was to answer.
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => undefined);

  await pulumi.runtime.setMocks(
    {
      newResource: async (args) => {
        await new Promise((resolve) => setTimeout(resolve, options.slow?.[args.name] ?? 0));
        const created = await options.create?.(args.type, args.name, args.inputs as Inputs).catch((error: unknown) => {
          fail(error);
          throw error;
        });
        if (created) return { id: created.id, state: { ...(args.inputs as Inputs), ...created.state } };
        return { id: `${args.name}-id`, state: valueState(args.type, args.name, args.inputs as Inputs, options.salt) };
      },
      call: (args) => {
        calls.push(args.token);
        throw new Error(`The plan called ${args.token}, which needs a cluster or a cloud`);
      },
    },
    options.project ?? "strata",
    options.stack,
    options.preview ?? false,
  );
  pulumi.runtime.setAllConfig(options.config ?? {}, options.secretKeys);

  const { getMonitor } = await import("@pulumi/pulumi/runtime/settings.js");
  const monitor = getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  // Inputs are read here and not in newResource, which is told no parent: two components may each have a Service of one name.
  monitor.registerResource = (request, done) =>
    register(request, (error, response) => {
      if (response) {
        const object = request.getObject();
        const edges = new Set(request.getDependenciesList());
        request.getPropertydependenciesMap().forEach((value) => {
          for (const urn of value.getUrnsList()) edges.add(urn);
        });
        resources.push({
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          custom: request.getCustom(),
          inputs: object ? (pulumi.runtime.deserializeProperties(object as never) as Inputs) : {},
          secretPaths: secretPaths(object?.toJavaScript()),
          parent: request.getParent(),
          dependencies: [...edges].sort(),
          provider: request.getProvider().replace(/::[^:]*$/, ""),
          deletedWith: request.getDeletedwith(),
          deleteBeforeReplace: request.getDeletebeforereplace(),
          protect: request.getProtect(),
          ignoreChanges: request.getIgnorechangesList(),
          customTimeouts: request.getCustomtimeouts() !== undefined,
        });
      }
      done(error, response);
    });

  try {
    const resolve = async () => {
      const outputs = await run();
      const resolved = await Promise.all(
        Object.entries(outputs).map(async ([key, value]) => [key, await outputValue(pulumi.output(value))] as const),
      );
      await pulumi.runtime.disconnect();
      return Object.fromEntries(resolved);
    };
    const resolved = await Promise.race([resolve(), failure]);
    return plan(resources, resolved, calls);
  } catch (error) {
    // What a failed program registered before would go on, into the next recording.
    // Nor does one that waits for a resource which was never made.
    await Promise.race([pulumi.runtime.disconnect().catch(() => undefined), sleep(1000)]);
    throw error;
  }
};

const plan = (resources: Registration[], outputs: Record<string, unknown>, calls: string[]): Plan => {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const find = (name: string, type?: string): Registration => {
    const found = resources.filter(
      (resource) => resource.name === name && (type === undefined || resource.type === type),
    );
    const [first] = found;
    if (!first || found.length > 1)
      throw new Error(
        `${found.length} resources are named ${name}${type ? ` (${type})` : ""}. There are: ${resources.map((r) => r.name).join(", ")}`,
      );
    return first;
  };
  const before = (name: string, type?: string): Set<Registration> => {
    const found = new Set<Registration>();
    const visit = (resource: Registration) => {
      for (const urn of [...resource.dependencies, resource.provider]) {
        const next = byUrn.get(urn);
        if (!next || found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(find(name, type));
    return found;
  };
  return {
    resources,
    outputs,
    calls,
    find,
    before,
    upstream: (name, type) =>
      new Set([...before(name, type)].flatMap((resource) => (resource.custom ? [resource.name] : []))),
  };
};

/** The value of an Output, awaited: assertions never hide in an `apply` that nobody waits for. */
export const outputValue = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const { promise } = output as unknown as { promise(withUnknowns?: boolean): Promise<T> };
    promise.call(output, true).then(resolve, reject);
  });
