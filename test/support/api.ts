// Everything that an API server holds, listed kind by kind; and writing of what a kubelet would write.
import { KubeConfig } from "@kubernetes/client-node";
import { ApiClient } from "../../tools/plugins/kubernetes/client.ts";
import { Cluster } from "../../tools/plugins/kubernetes/cluster.ts";
import { Discovery } from "../../tools/plugins/kubernetes/discovery.ts";
import { isObject, listAt, type Properties, stringAt } from "../../tools/plugins/rpc/values.ts";
import { type Seen, seen } from "./objects.ts";

export interface Api {
  readonly kubeconfig: string;
  readonly client: ApiClient;
  readonly cluster: Cluster;
  /** Every object of every kind that can be listed, but events: they come and go by themselves. */
  objects(): Promise<Seen[]>;
  close(): void;
}

interface Listed {
  readonly path: string;
  readonly group: string;
  readonly kind: string;
}

const kindsAt = async (client: ApiClient, root: string, group: string): Promise<Listed[]> =>
  listAt(await client.send({ path: root }), "resources")
    .filter(isObject)
    .filter((entry) => listAt(entry, "verbs").includes("list") && !String(entry["name"]).includes("/"))
    .map((entry) => ({ path: `${root}/${String(entry["name"])}`, group, kind: String(entry["kind"]) }));

/** One version of each group: an object is served under all of them, and must be counted once. */
const kinds = async (client: ApiClient): Promise<Listed[]> => {
  const groups = listAt(await client.send({ path: "/apis" }), "groups").filter(isObject);
  const found = await Promise.all([
    kindsAt(client, "/api/v1", ""),
    ...groups.map((group) =>
      kindsAt(client, `/apis/${stringAt(group, "preferredVersion", "groupVersion")}`, stringAt(group, "name") ?? ""),
    ),
  ]);
  return found.flat().filter(({ kind }) => kind !== "Event" && kind !== "ComponentStatus");
};

export const openApi = (kubeconfig: string): Api => {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const client = new ApiClient(config, { requestsPerSecond: 400, burst: 400, timeoutSeconds: 30 });
  return {
    kubeconfig,
    client,
    cluster: new Cluster(client, new Discovery(client)),
    objects: async () => {
      const lists = await Promise.all(
        (await kinds(client)).map(async ({ path, group, kind }) =>
          listAt(await client.send({ path }), "items")
            .filter(isObject)
            .map((object: Properties) => seen(group, kind, object)),
        ),
      );
      return lists.flat();
    },
    close: () => client.close(),
  };
};
