// Serves a plugin to the engine: the resource provider protocol over gRPC on a port of 127.0.0.1, printed on stdout.
import grpc from "@grpc/grpc-js";
import pluginTypes from "@pulumi/pulumi/proto/plugin_pb.js";
import serviceTypes from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import errorTypes from "@pulumi/pulumi/proto/provider_pb.js";
import statusTypes from "@pulumi/pulumi/proto/status_pb.js";
import anyTypes from "google-protobuf/google/protobuf/any_pb.js";
import emptyTypes from "google-protobuf/google/protobuf/empty_pb.js";
import structTypes from "google-protobuf/google/protobuf/struct_pb.js";
import { engineLog, type Log } from "./engine.ts";
import { endWithParent, firstOfRun } from "./lifetime.ts";
import {
  type CheckRequest,
  type DiffKind,
  type DiffResult,
  nameOf,
  PartialFailure,
  type Plugin,
  typeOf,
} from "./provider.ts";
import type { Properties } from "./values.ts";

const pb = errorTypes;

const object = (struct: structTypes.Struct | undefined): Properties =>
  (struct?.toJavaScript() as Properties | undefined) ?? {};

const struct = (value: Properties): structTypes.Struct => structTypes.Struct.fromJavaScript(value);

const errorOf = (error: unknown): grpc.ServerErrorResponse => {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new grpc.Metadata();
  if (error instanceof PartialFailure) {
    const detail = new pb.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(struct(error.properties));
    detail.setReasonsList([...error.reasons]);
    if (error.inputs) detail.setInputs(struct(error.inputs));
    const any = new anyTypes.Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new statusTypes.Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message, metadata });
};

type Call<Q, R> = (call: grpc.ServerUnaryCall<Q, R>, callback: grpc.sendUnaryData<R>) => void;

const handler =
  <Q, R>(work: (request: Q) => Promise<R> | R): Call<Q, R> =>
  (call, callback) => {
    // A throw outside a promise would end the process and with it every other operation of the run.
    Promise.resolve()
      .then(() => work(call.request))
      .then((response) => callback(null, response))
      .catch((error: unknown) => callback(errorOf(error)));
  };

const checkRequest = (request: errorTypes.CheckRequest): CheckRequest => {
  const naming = request.getAutonaming();
  const modes = ["propose", "enforce", "disable"] as const;
  return {
    urn: request.getUrn(),
    type: typeOf(request.getUrn()),
    name: nameOf(request.getUrn()),
    olds: object(request.getOlds()),
    news: object(request.getNews()),
    randomSeed: request.getRandomseed_asU8(),
    ...(naming && { autonaming: { mode: modes[naming.getMode()] ?? "propose", name: naming.getProposedName() } }),
  };
};

const checkResponse = (result: Awaited<ReturnType<Plugin["check"]>>): errorTypes.CheckResponse => {
  const response = new pb.CheckResponse();
  response.setInputs(struct(result.inputs));
  for (const { property, reason } of result.failures ?? []) {
    const failure = new pb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
};

const kinds: Readonly<Record<DiffKind, 0 | 1 | 2 | 3 | 4 | 5>> = {
  add: 0,
  "add-replace": 1,
  delete: 2,
  "delete-replace": 3,
  update: 4,
  "update-replace": 5,
};

const diffResponse = (result: DiffResult): errorTypes.DiffResponse => {
  const response = new pb.DiffResponse();
  response.setChanges(result.changes ? 2 : 1);
  response.setReplacesList([...(result.replaces ?? [])]);
  response.setDiffsList([...(result.diffs ?? [])]);
  response.setDeletebeforereplace(result.deleteBeforeReplace ?? false);
  if (result.detailed) {
    response.setHasdetaileddiff(true);
    for (const [path, entry] of Object.entries(result.detailed)) {
      const difference = new pb.PropertyDiff();
      difference.setKind(kinds[entry.kind]);
      difference.setInputdiff(entry.inputDiff ?? false);
      response.getDetaileddiffMap().set(path, difference);
    }
  }
  return response;
};

const diffRequest = (request: errorTypes.DiffRequest) => ({
  id: request.getId(),
  urn: request.getUrn(),
  type: typeOf(request.getUrn()),
  olds: object(request.getOlds()),
  oldInputs: object(request.getOldInputs()),
  news: object(request.getNews()),
  ignoreChanges: request.getIgnorechangesList(),
});

const identity = (request: { getUrn(): string }) => ({
  urn: request.getUrn(),
  type: typeOf(request.getUrn()),
  name: nameOf(request.getUrn()),
});

const implementation = (plugin: Plugin, log: Log): grpc.UntypedServiceImplementation => {
  const unsupported = (what: string) =>
    handler(() => {
      throw new Error(
        `the offline ${plugin.name} plugin does not serve ${what}; ` +
          `install the official one: pulumi plugin install resource ${plugin.name} ${plugin.version}`,
      );
    });
  return {
    checkConfig: handler(async (request: errorTypes.CheckRequest) => {
      const parsed = checkRequest(request);
      return checkResponse(await (plugin.checkConfig?.(parsed) ?? { inputs: parsed.news }));
    }),
    diffConfig: handler(async (request: errorTypes.DiffRequest) =>
      diffResponse(await (plugin.diffConfig?.(diffRequest(request)) ?? { changes: false })),
    ),
    configure: handler(async (request: errorTypes.ConfigureRequest) => {
      await plugin.configure?.(Object.fromEntries(request.getVariablesMap().toArray()));
      if (firstOfRun()) {
        log.message(
          "info",
          `${plugin.name} ${plugin.version}: strata's offline plugin is in use, not the official one`,
        );
      }
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    check: handler(async (request: errorTypes.CheckRequest) =>
      checkResponse(await plugin.check(checkRequest(request))),
    ),
    diff: handler(async (request: errorTypes.DiffRequest) => diffResponse(await plugin.diff(diffRequest(request)))),
    create: handler(async (request: errorTypes.CreateRequest) => {
      const result = await plugin.create({
        ...identity(request),
        inputs: object(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new pb.CreateResponse();
      response.setId(result.id);
      response.setProperties(struct(result.properties));
      return response;
    }),
    read: handler(async (request: errorTypes.ReadRequest) => {
      const result = await plugin.read({
        ...identity(request),
        id: request.getId(),
        properties: object(request.getProperties()),
        inputs: object(request.getInputs()),
      });
      const response = new pb.ReadResponse();
      if (!result) return response;
      response.setId(result.id);
      response.setProperties(struct(result.properties));
      if (result.inputs) response.setInputs(struct(result.inputs));
      return response;
    }),
    update: handler(async (request: errorTypes.UpdateRequest) => {
      const result = await plugin.update({
        ...identity(request),
        id: request.getId(),
        inputs: object(request.getNews()),
        olds: object(request.getOlds()),
        oldInputs: object(request.getOldInputs()),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new pb.UpdateResponse();
      response.setProperties(struct(result.properties));
      return response;
    }),
    delete: handler(async (request: errorTypes.DeleteRequest) => {
      await plugin.delete({
        ...identity(request),
        id: request.getId(),
        properties: object(request.getProperties()),
        oldInputs: object(request.getOldInputs()),
        timeoutSeconds: request.getTimeout(),
      });
      return new emptyTypes.Empty();
    }),
    cancel: handler(() => {
      plugin.cancel();
      return new emptyTypes.Empty();
    }),
    getPluginInfo: handler(() => {
      const info = new pluginTypes.PluginInfo();
      info.setVersion(plugin.version);
      return info;
    }),
    getSchema: handler(() => {
      const response = new pb.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: plugin.name, version: plugin.version }));
      return response;
    }),
    attach: handler(() => new emptyTypes.Empty()),
    getMapping: handler(() => new pb.GetMappingResponse()),
    getMappings: handler(() => new pb.GetMappingsResponse()),
    construct: unsupported("component resources"),
    invoke: unsupported("functions"),
    call: unsupported("methods"),
  };
};

/** Serves the plugin until the engine ends. The engine passes its own address as the last argument. */
export const serve = (make: (log: Log) => Plugin): void => {
  const log = engineLog(process.argv.at(-1) ?? "");
  const plugin = make(log);
  endWithParent(() => plugin.cancel());
  // The engine was killed before this process could look who its parent is: then nobody reads the port either.
  process.stdout.on("error", () => process.exit(1));
  process.on("uncaughtException", (error) =>
    log.message("error", `${plugin.name} plugin: ${error.stack ?? error.message}`),
  );
  process.on("unhandledRejection", (error) => log.message("error", `${plugin.name} plugin: ${String(error)}`));
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(serviceTypes.ResourceProviderService, implementation(plugin, log));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
};
