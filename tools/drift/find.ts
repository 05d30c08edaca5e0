// Compares every wanted object with the live one: one GET each, nothing is written, neither to the cluster nor to the state.

import { NoSuchKind } from "../plugins/kubernetes/discovery.ts";
import { type Identity, identityOf, type KubeObject } from "../plugins/kubernetes/object.ts";
import { isObject, type Properties, stringAt, type Value } from "../plugins/rpc/values.ts";
import { autoscaled, type Difference, differences } from "./compare.ts";
import type { Wanted, WantedObject } from "./state.ts";

/** One line of the report: a field, or the whole object where `path` is empty. Safe to print. */
export interface Drift {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly wanted: string;
  readonly live: string;
}

/** What is asked of the cluster. */
export interface LiveObjects {
  get(place: { identity: Identity; namespace: string; name: string }): Promise<KubeObject | undefined>;
  list(path: string): Promise<Properties[]>;
}

const longest = 200;

const text = (value: Value | undefined): string => {
  if (value === undefined) return "(none)";
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > longest ? `${whole.slice(0, longest - 1)}…` : whole;
};

/** A value for people. A secret one, or one with a secret anywhere in it, is never shown. */
export const display = (value: Value | undefined, isHidden: boolean, secrets: ReadonlySet<string>): string => {
  if (value === undefined) return text(value);
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return isHidden || [...secrets].some((secret) => whole.includes(secret)) ? "(secret)" : text(value);
};

/** A finished Job with a time to live goes by itself. */
const goesByItself = ({ kind, object }: WantedObject): boolean =>
  kind === "Job" && isObject(object["spec"]) && object["spec"]["ttlSecondsAfterFinished"] !== undefined;

export const findDrift = async (wanted: Wanted, cluster: LiveObjects): Promise<readonly Drift[]> => {
  const declared = wanted.objects.filter(({ kind }) => kind === "HorizontalPodAutoscaler").map(({ object }) => object);
  const others = await cluster.list("/apis/autoscaling/v2/horizontalpodautoscalers").catch(() => []);
  const scaled = autoscaled([...declared, ...others]);

  const found = await Promise.all(
    wanted.objects.map(async (entry): Promise<readonly Drift[]> => {
      const { kind, namespace, name, object } = entry;
      const line = (path: string, want: string, is: string): Drift => {
        return { kind, namespace, name, path, wanted: want, live: is };
      };
      let live: KubeObject | undefined;
      try {
        live = await cluster.get({ identity: identityOf(object), namespace, name });
      } catch (error) {
        if (!(error instanceof NoSuchKind)) throw error;
      }
      if (!live) return goesByItself(entry) ? [] : [line("", "present", "deleted")];
      if (stringAt(live, "metadata", "deletionTimestamp") !== undefined) return [line("", "present", "being deleted")];
      const ignored = new Set(scaled.has(`${kind}/${namespace}/${name}`) ? ["spec.replicas"] : []);
      return differences(object, live, ignored).map((difference: Difference) => {
        const isHidden = kind === "Secret" && /^(data|stringData)\b/.test(difference.path);
        const [want, is] = [difference.wanted, difference.live].map((value) =>
          display(value, isHidden, wanted.secrets),
        ) as [string, string];
        return line(difference.path, want, is === "(secret)" && want === is ? "(another secret)" : is);
      });
    }),
  );
  return found.flat();
};
