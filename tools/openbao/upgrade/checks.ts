// What must hold while the operator upgrades by blue-green: who runs what, who answers, and what nobody may touch. Pure.
import { type BaoCluster, type Job, jobState, labels, type Pod } from "../objects.ts";

export interface Service {
  readonly spec?: { readonly selector?: Readonly<Record<string, string>> };
}

export interface Route {
  readonly metadata: { readonly uid?: string };
  readonly spec?: unknown;
}

/** How it was before. */
export interface Before {
  readonly version: string;
  readonly image: string;
  readonly route: Route | undefined;
}

export interface Seen {
  readonly cluster: BaoCluster;
  /** The phase was the same before and after the rest was read: else nothing follows from them together. */
  readonly steady: boolean;
  readonly pods: readonly Pod[];
  readonly service: Service | undefined;
  readonly route: Route | undefined;
  /** Named by status.blueGreen.preUpgradeSnapshotJobName. */
  readonly snapshot: Job | undefined;
}

export interface Goal {
  readonly version: string;
  readonly image: string;
}

export const imageOf = ({ spec }: Pod): string =>
  (spec?.containers?.find(({ name }) => name === "openbao") ?? spec?.containers?.[0])?.image ?? "";

export const ofRevision = (pods: readonly Pod[], revision: string | undefined): readonly Pod[] =>
  revision === undefined || revision === ""
    ? []
    : pods.filter(({ metadata }) => metadata.labels?.[labels.revision] === revision);

/** The tag without its digest: the operator may pin what it has verified. */
const tagOf = (image: string): string => image.replace(/@sha256:.*$/, "");

const others = (pods: readonly Pod[], image: string): string[] =>
  pods
    .filter((pod) => tagOf(imageOf(pod)) !== tagOf(image))
    .map((pod) => `${pod.metadata.name ?? ""} runs ${imageOf(pod)}`);

const stable = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? "";

const before = ["DeployingGreen", "JoiningMesh", "Syncing", "Promoting"];
const after = ["Cleanup"];

/** What is not as it must be, a sentence each; none when all is well. */
export const violations = (
  was: Before,
  goal: Goal,
  { cluster, steady, pods, service, route, snapshot }: Seen,
): string[] => {
  if (!steady) return [];
  const { phase = "Idle", blueRevision, greenRevision } = cluster.status?.blueGreen ?? {};
  const answering = service?.spec?.selector?.[labels.revision];
  const moving = before.includes(phase) || phase === "DemotingBlue" || after.includes(phase);
  return [
    ...(moving && cluster.spec.upgrade?.preUpgradeSnapshot === true && jobState(snapshot) !== "succeeded"
      ? [`It went on to ${phase} though the snapshot of before is ${jobState(snapshot)}`]
      : []),
    ...(moving && blueRevision !== greenRevision
      ? others(ofRevision(pods, blueRevision), was.image).map((one) => `Blue pod ${one}, not ${was.image}`)
      : []),
    ...(moving && blueRevision !== greenRevision
      ? others(ofRevision(pods, greenRevision), goal.image).map((one) => `Green pod ${one}, not ${goal.image}`)
      : []),
    ...(before.includes(phase) && answering !== undefined && answering === greenRevision
      ? [`Clients were sent to green in phase ${phase}, before it took over`]
      : []),
    ...(after.includes(phase) && answering !== undefined && answering !== greenRevision
      ? [`Clients are still sent to revision ${answering} in phase ${phase}`]
      : []),
    ...(was.route && !route ? ["The HTTPRoute is gone"] : []),
    ...(was.route && route && route.metadata.uid !== was.route.metadata.uid ? ["The HTTPRoute was made anew"] : []),
    ...(was.route && route && stable(route.spec) !== stable(was.route.spec) ? ["The HTTPRoute was changed"] : []),
  ];
};
