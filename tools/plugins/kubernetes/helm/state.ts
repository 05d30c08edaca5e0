// State of a Release in the official plugin's shape: its arguments, what helm installed, and beside them the inputs.
import { containsSecret, deepEqual, type Properties, plainObject, secret } from "../../rpc/values.ts";
import { type ReleaseRecord, resourceNames } from "./record.ts";
import type { Release } from "./release.ts";

/** @param inputs with their secret marks. */
export const stateOf = (inputs: Properties, release: Release, record: ReleaseRecord | undefined): Properties => ({
  ...inputs,
  ...(record && {
    version: record.chart.version,
    resourceNames: resourceNames(record.objects),
    status: {
      name: release.name,
      namespace: release.namespace,
      revision: record.revision,
      status: record.status,
      chart: record.chart.name,
      version: record.chart.version,
      appVersion: record.chart.appVersion,
    },
  }),
  __inputs: secret(inputs),
});

/** Inputs as the cluster has them: other values where somebody changed the release by hand. */
export const liveInputs = (inputs: Properties, record: ReleaseRecord): Properties => {
  const values = plainObject(inputs)["values"] ?? {};
  if (inputs["reuseValues"] === true || inputs["allowNullValues"] === true || deepEqual(values, record.values))
    return inputs;
  // Which of them are secret is not known any more.
  return { ...inputs, values: containsSecret(inputs["values"]) ? secret(record.values) : record.values };
};
