// Loaded before the program (Pulumi.yaml, nodeargs): keeps the engine's SDK from costs and from a hang that the program has no use for.
// Measured on 2 cores: a warm run of the program takes 2.4 s of processor time instead of 5.4 s.
import module, { createRequire } from "node:module";
import { connect } from "node:net";
import util from "node:util";

// Node 22 and later keep compiled code between runs, in their own folder under the system's temporary one.
module.enableCompileCache?.();

const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const provide = (path, exports) => {
  sdk.cache[path] = Object.assign(new module.Module(path), { filename: path, loaded: true, exports });
};

// Each resource and each promise of the SDK takes a stack trace and has each line of it looked up in source maps.
// tools/program.mjs looks lines up when there is an error to show.
provide(sdk.resolve("source-map-support/register"), {});

/** A module that is loaded when it is first used: the SDK asks for it at its start, and most programs never need it. */
const lazily = (name, transpiled = true) => {
  const path = sdk.resolve(name);
  let loaded;
  const real = () => {
    if (loaded === undefined) {
      delete sdk.cache[path];
      loaded = sdk(name);
    }
    return loaded;
  };
  const descriptor = (key) => {
    const found = Reflect.getOwnPropertyDescriptor(real(), key);
    return found && { ...found, configurable: true };
  };
  provide(
    path,
    new Proxy(transpiled ? {} : function lazy() {}, {
      // Asked by every import of a CommonJS module, used or not.
      get: (_, key) => (key === "__esModule" ? transpiled || undefined : real()[key]),
      has: (_, key) => key in real(),
      ...(transpiled && {
        ownKeys: () => Reflect.ownKeys(real()),
        getOwnPropertyDescriptor: (_, key) => descriptor(key),
      }),
      apply: (_, self, args) => Reflect.apply(real(), self, args),
      construct: (_, args) => Reflect.construct(real(), args),
    }),
  );
};
// To serialize functions, for Pulumi's automation API, and for `pulumi up --tracing`.
for (const name of ["typescript", "@npmcli/arborist", "normalize-package-data"]) lazily(name, false);
lazily("./automation/index.js");
for (const name of [
  "exporter-zipkin",
  "instrumentation",
  "instrumentation-grpc",
  "resources",
  "sdk-trace-base",
  "sdk-trace-node",
])
  lazily(`@opentelemetry/${name}`);

// Four words to the engine for each resource, one after the other: a fifth of a warm run (measured), for messages that nobody asked for.
if (!process.env.STRATA_DEBUG) sdk("./log/index.js").debug = () => Promise.resolve();

// The stack of each promise, some thousand, is for whoever looks for one that never ends.
if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  const debuggable = sdk("./runtime/debuggable.js");
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

// Node 20.20 never ends colouring a stack line like node_modules/@pulumi/resource.ts, which the SDK's source maps produce:
// without this, each failing program took three minutes and 3 GB before it said why (measured).
const { inspect } = util;
const plain = (value, options, ...rest) =>
  inspect(value, typeof options === "object" && options !== null ? { ...options, colors: false } : options, ...rest);
util.inspect = Object.assign(plain, inspect);

// A program whose engine was killed can go on for ever at full speed: each word to the engine fails, which is an error to tell the engine.
const [host, port] = (process.argv[process.argv.indexOf("--engine") + 1] ?? "").split(":");
if (port !== undefined && process.argv.includes("--engine"))
  setInterval(() => {
    const socket = connect({ host, port: Number(port) }, () => socket.destroy());
    socket.on("error", ({ code }) => code === "ECONNREFUSED" && process.kill(process.pid, "SIGKILL"));
  }, 2000).unref();
