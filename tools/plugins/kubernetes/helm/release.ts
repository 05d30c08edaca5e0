// The arguments of a Release: which the plugin serves, how they are written to the state, which flags of helm they are. Pure.
import { isObject, isSecret, numberAt, type Properties, plainObject, stringAt, type Value } from "../../rpc/values.ts";

export const releaseType = "kubernetes:helm.sh/v3:Release";
export const isRelease = (type: string): boolean => type === releaseType;

/** As the official plugin has it. */
export const defaultTimeoutSeconds = 300;

const served: ReadonlySet<string> = new Set([
  "allowNullValues",
  "atomic",
  "chart",
  "checksum",
  "cleanupOnFail",
  "createNamespace",
  "description",
  "disableOpenapiValidation",
  "disableWebhooks",
  "forceUpdate",
  "maxHistory",
  "name",
  "namespace",
  "renderSubchartNotes",
  "resetValues",
  "reuseValues",
  "skipAwait",
  "skipCrds",
  "takeOwnership",
  "timeout",
  "values",
  "version",
  "waitForJobs",
]);

/** What the official plugin leaves out too: the SDK's own mark, outputs, and whatever says nothing. */
const dropped: ReadonlySet<string> = new Set(["compat", "manifest", "resourceNames", "status", "__inputs"]);

const saysNothing = (value: Value): boolean =>
  value === null || value === false || value === "" || (isObject(value) && Object.keys(value).length === 0);

/** Arguments as the state holds them. */
export const stated = (inputs: Properties): Properties =>
  Object.fromEntries(Object.entries(inputs).filter(([key, value]) => !dropped.has(key) && !saysNothing(value)));

export const unserved = (inputs: Properties): string[] => Object.keys(inputs).filter((key) => !served.has(key));

/** Without secret marks; null stays null, which takes a chart's default away. */
export const revealed = (value: Value): Value => {
  if (isSecret(value)) return revealed(value.value);
  if (Array.isArray(value)) return value.map(revealed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revealed(member)]));
};

export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** File or folder. */
  readonly chart: string;
  readonly values: Properties;
  readonly timeoutSeconds: number;
  readonly waits: boolean;
  /** Everything else, without secret marks. */
  readonly inputs: Properties;
}

/** @param customSeconds of the resource's customTimeouts; 0 if not set. */
export const releaseOf = (properties: Properties, customSeconds = 0): Release => {
  const inputs = plainObject(properties);
  const given = properties["values"] ?? {};
  const values = inputs["allowNullValues"] === true ? revealed(given) : inputs["values"];
  return {
    name: stringAt(inputs, "name") ?? "",
    namespace: stringAt(inputs, "namespace") ?? "",
    chart: stringAt(inputs, "chart") ?? "",
    values: isObject(values) ? values : {},
    timeoutSeconds: customSeconds || numberAt(inputs, "timeout") || defaultTimeoutSeconds,
    waits: inputs["skipAwait"] !== true,
    inputs,
  };
};

export const idOf = ({ namespace, name }: Release): string => `${namespace}/${name}`;

/** Arguments that are flags of `helm upgrade` with the same meaning. */
const flags: Readonly<Record<string, string>> = {
  atomic: "--atomic",
  cleanupOnFail: "--cleanup-on-fail",
  createNamespace: "--create-namespace",
  disableOpenapiValidation: "--disable-openapi-validation",
  disableWebhooks: "--no-hooks",
  forceUpdate: "--force",
  renderSubchartNotes: "--render-subchart-notes",
  skipCrds: "--skip-crds",
  takeOwnership: "--take-ownership",
};

/** Label of the release's record that tells whose it is. */
export const ownerLabel = "strata-resource";

/** Command line that brings a release up, whatever was there. The values come by stdin. */
export const upgradeArguments = ({ name, namespace, chart, timeoutSeconds, waits, inputs }: Release, owner: string) => [
  ...["upgrade", "--install", name, chart],
  ...["--namespace", namespace, "--timeout", `${timeoutSeconds}s`, "--labels", `${ownerLabel}=${owner}`],
  ...(inputs["reuseValues"] === true ? ["--reuse-values"] : ["--reset-values"]),
  ...["--values", "-"],
  ...(waits ? ["--wait"] : []),
  ...(waits && inputs["waitForJobs"] === true ? ["--wait-for-jobs"] : []),
  // The official plugin keeps all.
  ...["--history-max", String(numberAt(inputs, "maxHistory") ?? 0)],
  ...(stringAt(inputs, "description") ? ["--description", stringAt(inputs, "description") ?? ""] : []),
  ...Object.entries(flags).flatMap(([key, flag]) => (inputs[key] === true ? [flag] : [])),
];

export const uninstallArguments = ({ name, namespace, timeoutSeconds, waits, inputs }: Release): string[] => [
  ...["uninstall", name, "--namespace", namespace, "--ignore-not-found", "--timeout", `${timeoutSeconds}s`],
  ...(waits || inputs["atomic"] === true ? ["--wait"] : []),
];
