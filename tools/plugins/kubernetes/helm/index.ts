// A Release as the engine asks for it: install, update, read, uninstall, and previews that need no cluster.
import {
  type CreateRequest,
  type DeleteRequest,
  PartialFailure,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
} from "../../rpc/provider.ts";
import { at, type Properties, secret, unknownValue } from "../../rpc/values.ts";
import type { Cluster } from "../cluster.ts";
import { type Context, deleteUnreachable, reachable, readUnreachable } from "../context.ts";
import { fieldManager } from "../field-managers.ts";
import { parseId } from "../object.ts";
import { notReady, redact, stillThere } from "./failure.ts";
import { helm } from "./program.ts";
import { forget, isInterrupted, lastRecord, type ReleaseRecord } from "./record.ts";
import { idOf, type Release, releaseOf, uninstallArguments, upgradeArguments } from "./release.ts";
import { liveInputs, stateOf } from "./state.ts";

export { checkRelease } from "./check.ts";
export { diffRelease } from "./diff.ts";
export { isRelease } from "./release.ts";

const alreadyExists = (release: Release): string =>
  `release "${idOf(release)}" already exists\n\n` +
  "Somebody else installed it. Choose one:\n" +
  "  - give this release another name or namespace\n" +
  `  - uninstall the other: helm uninstall ${release.name} --namespace ${release.namespace}\n` +
  "  - to be taken over on purpose: set upsertExistingObjects on the provider";

interface Failed {
  readonly request: CreateRequest;
  readonly release: Release;
  readonly record: ReleaseRecord;
  readonly message: string;
  readonly cluster: Cluster;
}

/** The release exists, so its state is kept, with the reasons why it failed. */
const partial = async ({ request, release, record, message, cluster }: Failed): Promise<PartialFailure> => {
  const details = await notReady(cluster, release.namespace, record);
  const reasons = [`release "${idOf(release)}" failed: ${message}`, ...details].map((text) =>
    redact(text, request.inputs),
  );
  return new PartialFailure(reasons.join("\n\t* "), {
    id: idOf(release),
    properties: stateOf(request.inputs, release, record),
    reasons,
  });
};

/** Takes back what a killed run began; the release as it was before that. */
const settle = async (cluster: Cluster, release: Release): Promise<ReleaseRecord | undefined> => {
  const last = await lastRecord(cluster, release);
  if (!last || !isInterrupted(last)) return last;
  await forget(cluster, release.namespace, last);
  return lastRecord(cluster, release);
};

/** Brings the release to what the inputs say, from whatever an earlier run left. */
const bringUp = async (context: Context, request: CreateRequest, cluster: Cluster) => {
  const release = releaseOf(request.inputs, request.timeoutSeconds);
  const before = await settle(cluster, release);
  const { chart, timeoutSeconds, values } = release;
  context.log.status(`Installing ${chart} and waiting until it is ready`, request.urn);
  const args = upgradeArguments(release, fieldManager(request.urn, {}));
  const { ok, message } = await helm(context, { args, values, timeoutSeconds });
  const record = await lastRecord(cluster, release);
  if (ok && record) {
    context.log.status("", request.urn);
    return { id: idOf(release), properties: stateOf(request.inputs, release, record) };
  }
  const why = message || "helm left no record of it";
  // Nothing was begun: the chart does not fit its values, or the cluster.
  if (!record || record.revision === before?.revision)
    throw new Error(redact(`release "${idOf(release)}": ${why}`, request.inputs));
  throw await partial({ request, release, record, message: why, cluster });
};

export const createRelease = async (
  context: Context,
  request: CreateRequest,
): Promise<{ id: string; properties: Properties }> => {
  if (request.preview) return { id: "", properties: { ...request.inputs, __inputs: secret(request.inputs) } };
  const cluster = await reachable(context);
  const release = releaseOf(request.inputs);
  const before = await lastRecord(cluster, release);
  const isOurs = before?.owner === fieldManager(request.urn, {});
  if (before && !isOurs && !context.settings.upsert) throw new Error(alreadyExists(release));
  return bringUp(context, request, cluster);
};

export const updateRelease = async (context: Context, request: UpdateRequest): Promise<{ properties: Properties }> => {
  if (request.preview) {
    const old = at(request.olds, "status");
    // Name and namespace stay: who waits for this release by them does not change because it does.
    const status = { ...(old as Properties | undefined), revision: unknownValue, status: "deployed" };
    return { properties: { ...request.inputs, status, __inputs: secret(request.inputs) } };
  }
  return bringUp(context, request, await reachable(context));
};

export const readRelease = async (context: Context, request: ReadRequest): Promise<ReadResult> => {
  const { cluster, unreachable } = await context.connection.reach();
  if (!cluster) return readUnreachable(context, request, unreachable);
  const { namespace, name } = parseId(request.id);
  const record = await lastRecord(cluster, { namespace: namespace || context.connection.namespace, name });
  if (!record) return undefined;
  const isImport = Object.keys(request.inputs).length === 0;
  const inputs = isImport
    ? { name, namespace, chart: record.chart.name, version: record.chart.version, values: record.values }
    : liveInputs(request.inputs, record);
  const release = releaseOf(inputs);
  const properties = stateOf(inputs, release, record);
  if (record.status === "deployed" || isImport) return { id: request.id, properties, inputs };
  const reasons = [`release "${idOf(release)}" is ${record.status}: ${redact(record.description, inputs)}`];
  throw new PartialFailure(reasons.join(""), { id: request.id, properties, reasons, inputs });
};

export const deleteRelease = async (context: Context, request: DeleteRequest): Promise<void> => {
  const { cluster, unreachable } = await context.connection.reach();
  if (!cluster) return deleteUnreachable(context, request, unreachable);
  const release = releaseOf(request.properties, request.timeoutSeconds);
  // Gone already, by hand or with its namespace: what was asked for.
  const record = await lastRecord(cluster, release);
  if (!record) return;
  const { timeoutSeconds } = release;
  const { ok, message } = await helm(context, { args: uninstallArguments(release), timeoutSeconds });
  if (ok) return;
  const left = await stillThere(cluster, release.namespace, record);
  const text = [`release "${idOf(release)}" could not be uninstalled: ${message}`, ...left].join("\n\t* ");
  throw new Error(redact(text, request.oldInputs));
};
