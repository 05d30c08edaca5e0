// Where the API server keeps a kind: its path, and whether it lives in namespaces.
import { isObject, listAt, type Properties } from "../rpc/values.ts";
import { type ApiClient, isNotFound } from "./client.ts";
import { apiVersion, type Identity } from "./object.ts";

export interface Kind {
  /** Plural, as in the path. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** The API server does not know the kind: its CustomResourceDefinition is missing, or not established yet. */
export class NoSuchKind extends Error {
  override readonly name = "NoSuchKind";

  constructor(identity: Identity) {
    super(`no matches for kind "${identity.kind}" in version "${apiVersion(identity)}"`);
  }
}

export class Discovery {
  private readonly client: ApiClient;
  private readonly versions = new Map<string, Promise<ReadonlyMap<string, Kind>>>();

  constructor(client: ApiClient) {
    this.client = client;
  }

  /** Throws NoSuchKind. Asks again for a kind that was not there: its definition may have come since. */
  async find(identity: Identity): Promise<Kind> {
    const version = apiVersion(identity);
    const known = await this.kinds(version, identity.group);
    const found = known.get(identity.kind);
    if (found) return found;
    this.versions.delete(version);
    const again = (await this.kinds(version, identity.group)).get(identity.kind);
    if (!again) throw new NoSuchKind(identity);
    return again;
  }

  /** Drops what is known about an API version, for example after its definition changed. */
  forget(version: string): void {
    this.versions.delete(version);
  }

  private kinds(version: string, group: string): Promise<ReadonlyMap<string, Kind>> {
    let known = this.versions.get(version);
    if (!known) {
      known = this.load(group === "" ? `/api/${version}` : `/apis/${version}`);
      this.versions.set(version, known);
      known.catch(() => this.versions.delete(version));
    }
    return known;
  }

  private async load(path: string): Promise<ReadonlyMap<string, Kind>> {
    let answer: Properties;
    try {
      answer = await this.client.send({ path });
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw error;
    }
    return new Map(
      listAt(answer, "resources")
        .filter(isObject)
        .filter(({ name }) => typeof name === "string" && !name.includes("/"))
        .map((entry) => [
          String(entry["kind"]),
          { resource: String(entry["name"]), namespaced: entry["namespaced"] === true },
        ]),
    );
  }
}

/** Path of one object, or of the collection if the name is empty. */
export const pathOf = (identity: Identity, kind: Kind, namespace: string, name: string): string => {
  const root = identity.group === "" ? `/api/${identity.version}` : `/apis/${apiVersion(identity)}`;
  const scope = kind.namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${kind.resource}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;
};
