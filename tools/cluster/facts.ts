// What the program is told about its cluster before it declares anything. In an `up` it is healed first; a preview only looks.
import type { ClusterConfig, ImagesConfig } from "../../config/schema.ts";
import { type ClusterFacts, decide } from "../../layers/cluster/facts.ts";
import { type ClusterSpec, clusterSpec } from "../../layers/cluster/spec.ts";
import { UserError } from "../../lib/errors.ts";
import { describeTime, isOver, renew } from "./expiry.ts";
import { foreignCluster, type Lifecycle, restart, settles, start } from "./lifecycle.ts";
import { look, type Sight } from "./look.ts";
import { openLifecycle } from "./open.ts";

export interface FactsRequest {
  readonly stack: string;
  readonly cluster: ClusterConfig;
  readonly images: ImagesConfig;
  /** `heal` starts what is stopped; `look` changes nothing and never fails. */
  readonly mode: "look" | "heal";
  readonly say: (line: string) => void;
}

/** How long a cluster that runs but is not ready gets before it is restarted. */
const graceSeconds = 20;

export const heal = async (
  lifecycle: Lifecycle,
  spec: Pick<ClusterSpec, "name" | "timeoutSeconds">,
  sight: Sight,
  action: "start" | "restart",
): Promise<boolean> => {
  const { host } = lifecycle;
  if (action === "start") {
    host.say(`Cluster ${spec.name} is stopped: starting it`);
    return start(lifecycle, sight.parts, spec.timeoutSeconds);
  }
  host.say(`Cluster ${spec.name} runs but is not ready: waiting up to ${graceSeconds} s for it`);
  if (await settles(lifecycle, graceSeconds)) return true;
  host.say(`Cluster ${spec.name} is still not ready: restarting it`);
  return restart(lifecycle, sight.parts, spec.timeoutSeconds);
};

/** Before the old cluster goes, because the stack file asks for another kind: can the new one be built at all? */
const requireRoom = async ({ driver }: Lifecycle, wanted: ClusterSpec): Promise<void> => {
  const parts = await driver.parts();
  if (parts.length > 0) throw foreignCluster(wanted, parts);
};

/** The same, with everything it touches given: what tests call. */
export const factsOf = async (
  lifecycle: Lifecycle,
  specOf: (incarnation: number) => ClusterSpec,
  mode: FactsRequest["mode"],
): Promise<ClusterFacts> => {
  const { store, driver, connect, host } = lifecycle;
  const memory = store.read();
  // Seconds since 1970: no state file of an earlier life can hold the same number.
  const fresh = Math.floor(host.now() / 1000);
  const wanted = specOf(memory?.incarnation ?? fresh);
  const over = isOver(memory, host.now());
  // Without memory, or with another kind's, there is nothing to look at; nor where the cluster is to go anyway.
  const sight: Sight =
    memory?.kind === wanted.kind && !over ? await look(store, driver, connect) : { state: "absent", parts: [] };
  const { incarnation, heal: action } = decide(sight.state, memory, fresh, wanted);
  if (mode === "look") return { state: sight.state, incarnation };
  if (memory?.expires !== undefined && over)
    host.say(
      `The time to live of ${memory.name} was over ${describeTime(memory.expires, host.now())}: it is built anew, with everything in it`,
    );
  if (memory !== undefined && memory.kind !== wanted.kind) await requireRoom(lifecycle, wanted);
  if (action === "fail")
    throw sight.problem ?? new UserError(`Nothing can be found out about the cluster ${wanted.name}.`);
  if (action === "nothing" || (await heal(lifecycle, wanted, sight, action))) {
    if (!over) renew(lifecycle, wanted);
    return { state: action === "nothing" ? sight.state : "healthy", incarnation };
  }
  host.say(`Cluster ${wanted.name} does not recover: it will be replaced, and everything in it created anew`);
  return { state: "sick", incarnation: incarnation + 1 };
};

/**
 * Looks at the cluster of a stack.
 *
 * Costs two requests to a healthy cluster's API server, and one file read where none was ever created.
 * @throws UserError in mode `heal`, where the container engine does not answer.
 */
export const clusterFacts = async (request: FactsRequest): Promise<ClusterFacts> => {
  const specOf = (incarnation: number) => clusterSpec(request.stack, request.cluster, request.images, incarnation);
  const spec = specOf(0);
  if (spec === undefined) return { state: "healthy", incarnation: 0 };
  return factsOf(
    openLifecycle(spec.kind, spec.name, request.say),
    (incarnation) => ({ ...spec, incarnation }),
    request.mode,
  );
};
