// The operations on objects that the provider needs, each one request to the API server.
import { isObject, listAt, type Properties, stringAt, type Value } from "../rpc/values.ts";
import { type ApiClient, ApiError, isNotFound } from "./client.ts";
import { type Discovery, type Kind, pathOf } from "./discovery.ts";
import { type Identity, identityOf, type KubeObject, nameOf, namespaceOf } from "./object.ts";

export interface Place {
  readonly identity: Identity;
  readonly namespace: string;
  readonly name: string;
}

export const placeOf = (object: KubeObject): Place => ({
  identity: identityOf(object),
  namespace: namespaceOf(object),
  name: nameOf(object),
});

export interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

const conflictHelp =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
  "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

export class Cluster {
  readonly client: ApiClient;
  readonly discovery: Discovery;

  constructor(client: ApiClient, discovery: Discovery) {
    this.client = client;
    this.discovery = discovery;
  }

  kind(identity: Identity): Promise<Kind> {
    return this.discovery.find(identity);
  }

  private async path({ identity, namespace, name }: Place): Promise<string> {
    const kind = await this.kind(identity);
    return pathOf(identity, kind, kind.namespaced ? namespace || "default" : "", name);
  }

  /** Undefined if there is no such object. Throws NoSuchKind. */
  async get(place: Place): Promise<KubeObject | undefined> {
    const path = await this.path(place);
    try {
      return await this.client.send({ path });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async apply(object: KubeObject, { manager, force, dryRun }: ApplyOptions): Promise<KubeObject> {
    try {
      return await this.client.send({
        method: "PATCH",
        path: await this.path(placeOf(object)),
        query: { fieldManager: manager, force: String(force), dryRun: dryRun ? "All" : undefined },
        body: object,
        contentType: "application/apply-patch+yaml",
      });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 409) throw error;
      throw new Error(
        `server-side apply field conflict detected, see ${conflictHelp} for troubleshooting help\n` +
          `The resource managed by field manager "${manager}" had an apply conflict: ${error.message}`,
        { cause: error },
      );
    }
  }

  async replace(object: KubeObject, { manager, dryRun }: Omit<ApplyOptions, "force">): Promise<KubeObject> {
    return this.client.send({
      method: "PUT",
      path: await this.path(placeOf(object)),
      query: { fieldManager: manager, dryRun: dryRun ? "All" : undefined },
      body: object,
    });
  }

  /** Writes down new field owners, provided that the object is still the one that was read. */
  async setManagedFields(live: KubeObject, managedFields: Value[]): Promise<void> {
    await this.client.send({
      method: "PATCH",
      path: await this.path(placeOf(live)),
      body: [
        { op: "replace", path: "/metadata/managedFields", value: managedFields },
        {
          op: "replace",
          path: "/metadata/resourceVersion",
          value: stringAt(live, "metadata", "resourceVersion") ?? "",
        },
      ],
      contentType: "application/json-patch+json",
    });
  }

  async delete(place: Place, propagationPolicy: "Foreground" | "Background" | "Orphan"): Promise<void> {
    await this.client.send({
      method: "DELETE",
      path: await this.path(place),
      body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
    });
  }

  async list(path: string, query: Readonly<Record<string, string>> = {}): Promise<Properties[]> {
    return listAt(await this.client.send({ path, query }), "items").filter(isObject);
  }

  /** Last lines of a container's log; empty if there is none. */
  async log(pod: KubeObject, container: string, previous: boolean, lines: number): Promise<string[]> {
    const path = `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}/log`;
    const query = { container, previous: String(previous), tailLines: String(lines) };
    try {
      const text = await this.client.text({ path, query, timeoutSeconds: 5 });
      return text
        .trimEnd()
        .split("\n")
        .filter((line) => line !== "");
    } catch {
      return [];
    }
  }
}
