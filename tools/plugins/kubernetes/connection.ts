// The configured cluster: found reachable or not once, on first use, so that a plugin without work starts at once.
import type { KubeConfig } from "@kubernetes/client-node";
import { ApiClient, ConnectionError } from "./client.ts";
import { Cluster } from "./cluster.ts";
import type { Settings } from "./config.ts";
import { Discovery } from "./discovery.ts";
import { loadKubeconfig, refusal } from "./kubeconfig.ts";

export type Reach =
  | { readonly cluster: Cluster; readonly unreachable?: undefined }
  | { readonly cluster?: undefined; readonly unreachable: string };

const probeTimeoutSeconds = 10;

export class Connection {
  /** Namespace of objects that name none. */
  readonly namespace: string;
  private readonly client: ApiClient | undefined;
  private readonly broken: string;
  private probed: Promise<Reach> | undefined;

  /** Throws for a cluster that the plugin refuses. */
  constructor(settings: Settings) {
    let config: KubeConfig | undefined;
    let broken = "this provider renders files, and has no cluster";
    try {
      config = settings.renderDirectory === undefined ? loadKubeconfig(settings.selection) : undefined;
    } catch (error) {
      broken = `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${error instanceof Error ? error.message : String(error)}`;
    }
    const refused = config && refusal(config);
    if (refused !== undefined) throw new Error(refused);
    const contextNamespace = config?.getContextObject(config.getCurrentContext())?.namespace;
    this.namespace = settings.namespace ?? contextNamespace ?? "default";
    this.broken = broken;
    this.client = config && new ApiClient(config, settings);
  }

  reach(): Promise<Reach> {
    this.probed ??= this.probe();
    return this.probed;
  }

  private async probe(): Promise<Reach> {
    const { client } = this;
    if (!client) return { unreachable: this.broken };
    const version = () => client.send({ path: "/version", timeoutSeconds: probeTimeoutSeconds });
    try {
      await version().catch(async (error: unknown) => {
        // An API server that restarts refuses for a moment; a cluster that is gone refuses again.
        if (!(error instanceof ConnectionError) || !error.refused) throw error;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return version();
      });
      return { cluster: new Cluster(client, new Discovery(client)) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { unreachable: `unable to load schema information from the API server: ${reason}` };
    }
  }

  close(): void {
    this.client?.close();
  }
}
