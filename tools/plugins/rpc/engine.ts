// The plugin's line to the engine: log messages, kept or shown only as a resource's passing status.
import grpc from "@grpc/grpc-js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";

export type Severity = "debug" | "info" | "warning" | "error";

export interface Log {
  /** A message that stays in the run's output; without a URN it belongs to the stack. */
  message(severity: Severity, text: string, urn?: string): void;
  /** A status beside the resource while it is worked on. */
  status(text: string, urn: string, severity?: Severity): void;
}

const severities = { debug: 0, info: 1, warning: 2, error: 3 } as const;

/** Logs to the engine that listens at `address` (host:port). Failures are dropped: a log line must not end an operation. */
export const engineLog = (address: string): Log => {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  const send = (severity: Severity, text: string, urn: string, ephemeral: boolean): void => {
    const request = new enginePb.LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(text);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    client.makeUnaryRequest(
      "/pulumirpc.Engine/Log",
      (message: enginePb.LogRequest) => Buffer.from(message.serializeBinary()),
      (bytes) => emptyPb.Empty.deserializeBinary(bytes),
      request,
      () => undefined,
    );
  };
  return {
    message: (severity, text, urn) => send(severity, text, urn ?? "", false),
    status: (text, urn, severity) => send(severity ?? "info", text, urn, true),
  };
};
