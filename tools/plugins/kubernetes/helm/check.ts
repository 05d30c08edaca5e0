// Arguments of a Release as the later steps want them: named, in a namespace, with a time, and from a file.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { uniqueName } from "../../rpc/naming.ts";
import type { CheckFailure, CheckRequest, CheckResult } from "../../rpc/provider.ts";
import { isObject, isUnknown, type Properties, plain, stringAt, type Value } from "../../rpc/values.ts";
import { defaultTimeoutSeconds, stated, unserved } from "./release.ts";

const official = "install the official plugin (pulumi plugin install resource kubernetes)";

const failuresOf = (inputs: Properties): CheckFailure[] => {
  const failures = unserved(inputs).map((property) => ({
    property,
    reason: `the offline kubernetes plugin does not serve ${property} of a Release: ${official}, or leave it out`,
  }));
  const chart = plain(inputs["chart"] ?? "");
  if (isUnknown(chart)) return failures;
  if (typeof chart !== "string" || chart === "") failures.push({ property: "chart", reason: "missing" });
  else if (chart.includes("://"))
    failures.push({
      property: "chart",
      reason: `the offline kubernetes plugin installs a chart from a file or folder, and not from ${chart}: fetch it first, or ${official}`,
    });
  const values = plain(inputs["values"] ?? {});
  if (!isObject(values) && !isUnknown(values)) failures.push({ property: "values", reason: "must be an object" });
  return failures;
};

/** Tells a file that changed under its name; undefined for a folder, and where it is not there yet. */
const checksumOf = (chart: Value): string | undefined => {
  try {
    return createHash("sha256")
      .update(readFileSync(String(chart)))
      .digest("hex");
  } catch {
    return undefined;
  }
};

/** As last time, or as engine and seed say; undefined where the program has to name it. */
const nameFor = (request: CheckRequest): string | undefined => {
  const old = stringAt(request.olds, "name");
  if (old || request.autonaming?.mode === "disable") return old;
  return request.autonaming?.name || uniqueName(`${request.name}-`, request.randomSeed);
};

/** @param namespace of the provider. */
export const checkRelease = (request: CheckRequest, namespace: string): CheckResult => {
  const inputs = stated(request.news);
  const failures = failuresOf(inputs);
  const name = inputs["name"] ?? nameFor(request);
  if (name === undefined)
    failures.push({
      property: "name",
      reason: "autonaming is disabled, resource requires the name field to be set",
    });
  if (failures.length > 0 || name === undefined) return { inputs: request.news, failures };
  const checksum = checksumOf(plain(inputs["chart"] ?? ""));
  return {
    inputs: {
      ...inputs,
      name,
      namespace: inputs["namespace"] ?? namespace,
      ...(inputs["skipAwait"] !== true && { timeout: inputs["timeout"] || defaultTimeoutSeconds }),
      ...(checksum !== undefined && { checksum }),
    },
  };
};
