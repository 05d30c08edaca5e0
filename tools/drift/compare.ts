// Where a live object is not what the program wants: in the program's fields, and nowhere else. Pure.
import { isEmpty, sameAt, storedAs } from "../plugins/kubernetes/equality.ts";
import type { KubeObject } from "../plugins/kubernetes/object.ts";
import { isObject, propertyPath, stringAt, type Value } from "../plugins/rpc/values.ts";

export interface Difference {
  /** Path of the field; items of keyed lists by their key: spec.containers[app].image. Empty: the object as a whole. */
  readonly path: string;
  readonly wanted: Value | undefined;
  readonly live: Value | undefined;
}

type Path = readonly (string | number)[];

/** Lists that the API server merges by a key, as its schema says: what others added to them is theirs. Any other list is one value. */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  secrets: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  webhooks: ["name"],
  ports: ["containerPort", "protocol"],
};

const keysOf = (path: Path, items: readonly Value[]): readonly string[] | undefined => {
  const field = path.at(-1);
  if (typeof field !== "string") return undefined;
  // A Service's ports are keyed otherwise than a container's; those of a NetworkPolicy have no key.
  const keys = field === "ports" && path.length === 2 ? ["port", "protocol"] : listKeys[field];
  return keys && items.every((item) => isObject(item) && item[keys[0] ?? ""] !== undefined) ? keys : undefined;
};

const protocolOf = (item: Value, key: string): Value | undefined =>
  isObject(item) ? (item[key] ?? (key === "protocol" ? "TCP" : undefined)) : undefined;

const label = (item: Value, keys: readonly string[]): string => String(protocolOf(item, keys[0] ?? ""));

/** Step of a keyed list's item: its key in brackets, as kubectl writes it. */
const isItem = (step: string | number): boolean => typeof step === "string" && step.startsWith("[");

const show = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (isItem(step)) return `${text}${step}`;
    const own = propertyPath([step]);
    return text === "" || own.startsWith("[") ? `${text}${own}` : `${text}.${own}`;
  }, "");

export const differences = (wanted: KubeObject, live: KubeObject, ignored: ReadonlySet<string>): Difference[] => {
  const found: Difference[] = [];
  const add = (path: Path, want: Value | undefined, is: Value | undefined): void => {
    found.push({ path: show(path), wanted: want, live: is });
  };

  const compareLists = (path: Path, want: readonly Value[], is: readonly Value[]): void => {
    const keys = keysOf(path, want);
    if (keys) {
      for (const item of want) {
        const same = is.find((other) => keys.every((key) => protocolOf(other, key) === protocolOf(item, key)));
        compare([...path, `[${label(item, keys)}]`], item, same);
      }
      return;
    }
    const scalars = [...want, ...is].every((item) => !isObject(item) && !Array.isArray(item));
    if (scalars) {
      const same = want.length === is.length && want.every((item, i) => storedAs(item, is[i]));
      if (!same) add(path, [...want], [...is]);
      return;
    }
    for (let i = 0; i < Math.max(want.length, is.length); i++) {
      if (i >= want.length) add([...path, i], undefined, is[i]);
      else compare([...path, i], want[i], is[i]);
    }
  };

  const compare = (path: Path, want: Value | undefined, is: Value | undefined): void => {
    // Not the program's: defaults, status, and what controllers and people added beside it.
    if (want === undefined || want === null || ignored.has(path.join("."))) return;
    if (is === undefined || is === null) {
      if (!isEmpty(want)) add(path, want, undefined);
    } else if (isObject(want) && isObject(is)) {
      for (const [key, value] of Object.entries(want)) compare([...path, key], value, is[key]);
    } else if (Array.isArray(want) && Array.isArray(is)) compareLists(path, want, is);
    else if (!sameAt(path, want, is) && !storedAs(want, is)) add(path, want, is);
  };

  compare([], wanted, live);
  return found;
};

/** Objects whose number of replicas an autoscaler decides, as kind/namespace/name. */
export const autoscaled = (autoscalers: readonly KubeObject[]): ReadonlySet<string> =>
  new Set(
    autoscalers.map((scaler) =>
      [
        stringAt(scaler, "spec", "scaleTargetRef", "kind"),
        stringAt(scaler, "metadata", "namespace"),
        stringAt(scaler, "spec", "scaleTargetRef", "name"),
      ].join("/"),
    ),
  );
