// `npm run -s ca [stack]`: the root of the edge's certificate, to trust on this machine. It is public; its key stays in the cluster.
import { clusterName } from "../layers/cluster/spec.ts";
import { UserError } from "../lib/errors.ts";
import { openStore } from "./cluster/memory.ts";
import { parseCommand } from "./command.ts";
import { configOf } from "./doctor/gather.ts";
import { edgeRoot } from "./edge/root.ts";
import { stackName } from "./engine/session.ts";
import { paths } from "./toolchain/paths.ts";
import { openCluster } from "./verify/cluster.ts";

export async function main(args: readonly string[]): Promise<number> {
  const { stack, rehearse, variant } = parseCommand(args);
  if (rehearse) throw new UserError("Nothing runs in a rehearsal, so nobody makes a root there");
  const { cluster, network } = configOf(stack, undefined);
  const { certificates } = network;
  if (certificates?.kind !== "cert-manager" || certificates.issuer.kind !== "local-ca")
    throw new UserError(`Pulumi.${stack}.yaml has no network.certificates of a root of its own (issuer local-ca)`);
  const name = clusterName(stackName(stack, false, variant), cluster);
  const kubeconfig = openStore(paths().cluster(name)).kubeconfig();
  if (kubeconfig === undefined)
    throw new UserError(`The cluster ${name} does not exist. Bring it up first: npm start ${stack}`);
  process.stdout.write(await edgeRoot(network, openCluster(kubeconfig).secret));
  return 0;
}
