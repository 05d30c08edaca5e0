// The API of the cluster that a state's objects belong to, with the credentials of the state's own provider.
import { UserError } from "../../lib/errors.ts";
import type { Cluster } from "../plugins/kubernetes/cluster.ts";
import type { Properties } from "../plugins/rpc/values.ts";

/** @throws UserError where the API server does not answer. */
export const connect = async (provider: Properties): Promise<Cluster> => {
  // Loaded only here: the client of Kubernetes takes a quarter of a second.
  const [{ loadKubeconfig, selectionOf }, { ApiClient }, { Cluster }, { Discovery }] = await Promise.all([
    import("../plugins/kubernetes/kubeconfig.ts"),
    import("../plugins/kubernetes/client.ts"),
    import("../plugins/kubernetes/cluster.ts"),
    import("../plugins/kubernetes/discovery.ts"),
  ]);
  const config = loadKubeconfig(selectionOf(provider));
  const client = new ApiClient(config, { requestsPerSecond: 400, burst: 800, timeoutSeconds: 20 });
  try {
    await client.send({ path: "/version", timeoutSeconds: 10 });
  } catch (error) {
    const server = config.getCurrentCluster()?.server ?? "the cluster";
    throw new UserError(
      `The API server of ${server} does not answer: ${error instanceof Error ? error.message : String(error)}\nLook at the cluster first: npm run doctor`,
    );
  }
  return new Cluster(client, new Discovery(client));
};
