// The local cluster of a stack command: which one it is, and a clear word where there is none.
import { isLocalKind } from "../../lib/cluster-kinds.ts";
import { UserError } from "../../lib/errors.ts";
import type { Command } from "../command.ts";
import { clusterSection, stackName } from "../engine/session.ts";
import { readStackFile, stackFolder } from "../engine/stack-file.ts";
import { paths } from "../toolchain/paths.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { openStore, type Store } from "./memory.ts";
import { openLifecycle } from "./open.ts";

export interface OwnCluster {
  /** Name of the Pulumi stack. */
  readonly stack: string;
  readonly name: string;
  /** Kind in the stack file, or kwok for a rehearsal; what is remembered may be of another one. */
  readonly kind: string;
  /** Whether strata makes it on this machine. */
  readonly local: boolean;
  readonly store: Store;
}

/** Of a bench's own stack too: without its variant a bench's destroy would take the user's cluster. */
export const ownCluster = ({
  stack,
  rehearse,
  variant,
}: Pick<Command, "stack" | "rehearse" | "variant">): OwnCluster => {
  const section = clusterSection(readStackFile(stackFolder(), stack));
  const kind = rehearse ? "kwok" : section.kind;
  const pulumiStack = stackName(stack, rehearse, variant);
  const name = (rehearse ? undefined : section.name) ?? `strata-${pulumiStack}`;
  return { stack: pulumiStack, name, kind, local: isLocalKind(kind), store: openStore(paths().cluster(name)) };
};

/** Kubeconfig of the cluster that a stack file names, at whoever asks a running platform. @throws UserError where strata made none. */
export const requireKubeconfig = (command: Pick<Command, "stack" | "rehearse" | "variant">): string => {
  const { name, store } = ownCluster(command);
  const kubeconfig = store.kubeconfig();
  if (kubeconfig === undefined)
    throw new UserError(
      `The cluster ${name} does not exist. Bring it up first: npm ${command.rehearse ? "run rehearse" : "start"} ${command.stack}`,
    );
  return kubeconfig;
};

/** Life cycle of a stack's remembered cluster. Throws a UserError where there is none, and where it is not strata's. */
export const requireCluster = (command: Command, say: (line: string) => void): Lifecycle => {
  const { stack, name, kind, local, store } = ownCluster(command);
  if (!local)
    throw new UserError(
      `The cluster of ${stack} is not strata's (cluster.kind: ${kind}): whoever made it stops and starts it.`,
    );
  const memory = store.read();
  if (memory) return openLifecycle(memory.kind, name, say);
  const rehearsal = stackName(command.stack, true, command.variant);
  const other = openStore(paths().cluster(`strata-${rehearsal}`)).read();
  const hint = !command.rehearse && other ? ` Its rehearsal has one: name the stack ${rehearsal}.` : "";
  throw new UserError(
    `There is no cluster of ${stack} on this machine.${hint}\nBuild it: npm ${command.rehearse ? "run rehearse" : "start"}`,
  );
};
