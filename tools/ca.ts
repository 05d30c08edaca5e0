// `npm run -s ca [stack]`: the root of the edge's certificate, to trust on this machine. It is public; its key stays in the cluster.
import { UserError } from "../lib/errors.ts";
import { requireKubeconfig } from "./cluster/own.ts";
import { parseCommand } from "./command.ts";
import { configOf } from "./doctor/gather.ts";
import { edgeRoot } from "./edge/root.ts";
import { openCluster } from "./verify/cluster.ts";

export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const { stack, rehearse } = command;
  if (rehearse) throw new UserError("Nothing runs in a rehearsal, so nobody makes a root there");
  const { network } = configOf(stack, undefined);
  const { certificates } = network;
  if (certificates?.kind !== "cert-manager" || certificates.issuer.kind !== "local-ca")
    throw new UserError(`Pulumi.${stack}.yaml has no network.certificates of a root of its own (issuer local-ca)`);
  process.stdout.write(await edgeRoot(network, openCluster(requireKubeconfig(command)).secret));
  return 0;
}
