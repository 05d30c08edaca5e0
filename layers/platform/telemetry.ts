// Addresses of the collector: plain text, so that senders in every layer know them before anything exists.
import type { TelemetryHandle } from "../../lib/handles.ts";
import { host, namespaces, ports, services } from "../../names.ts";

const collector = host(services.collector, namespaces.observability);

export const telemetry: TelemetryHandle = {
  namespace: namespaces.observability,
  otlpGrpc: `http://${collector}:${ports.otlpGrpc}`,
  otlpHttp: `http://${collector}:${ports.otlpHttp}`,
};
