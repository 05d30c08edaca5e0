// The kubernetes plugin: the engine's questions about resources, answered with the API server's objects.
import type { Log } from "../rpc/engine.ts";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  Plugin,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../rpc/provider.ts";
import { containsUnknown, type Properties, plainObject, stringAt } from "../rpc/values.ts";
import { checkInputs } from "./check.ts";
import { diffResource } from "./compare.ts";
import { diffConfig, type Settings, settingsOf } from "./config.ts";
import { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import {
  checkRelease,
  createRelease,
  deleteRelease,
  diffRelease,
  isRelease,
  readRelease,
  updateRelease,
} from "./helm/index.ts";
import { namespaced, unsupportedType } from "./kinds.ts";
import { loadKubeconfig, refusal, selectionOf } from "./kubeconfig.ts";
import { type Identity, identityOfType } from "./object.ts";
import { deleteResource, readResource } from "./read.ts";
import { renderCreate, renderDelete, renderRead, renderUpdate } from "./render.ts";
import { createResource, updateResource } from "./write.ts";

/** Where objects are written to; undefined for a provider of a cluster. */
const renderFolder = ({ settings }: Context, type: string): string | undefined => {
  if (settings.renderDirectory !== undefined && isRelease(type))
    throw new Error("a Release can't be rendered: it is what Helm makes of a chart in a cluster");
  return settings.renderDirectory;
};

export class KubernetesPlugin implements Plugin {
  readonly name = "kubernetes";
  readonly version: string;
  private readonly log: Log;
  private readonly canceller = new AbortController();
  private configured: { readonly settings: Settings; readonly connection: Connection } | undefined;
  /** Scope of custom kinds whose definitions are in the program: `group/Kind` to namespaced. */
  private readonly defined = new Map<string, boolean>();
  /** Resources that have a state: an object in their place is theirs, and a create beside it replaces it. */
  private readonly known = new Set<string>();

  constructor(version: string, log: Log) {
    this.version = version;
    this.log = log;
  }

  cancel(): void {
    this.canceller.abort();
  }

  async checkConfig({ news }: CheckRequest): Promise<CheckResult> {
    if (news["renderYamlToDirectory"]) {
      const property = ["cluster", "context", "kubeconfig"].find((key) => news[key]);
      const reason = `"${property}" arg is not compatible with "renderYamlToDirectory" arg`;
      return { inputs: news, ...(property !== undefined && { failures: [{ property, reason }] }) };
    }
    if (containsUnknown(news["kubeconfig"]) || containsUnknown(news["context"])) return { inputs: news };
    let refused: string | undefined;
    try {
      refused = refusal(loadKubeconfig(selectionOf(plainObject(news))));
    } catch {
      // A kubeconfig that cannot be read makes the cluster unreachable; only operations that need it fail.
    }
    return refused === undefined
      ? { inputs: news }
      : { inputs: news, failures: [{ property: "kubeconfig", reason: refused }] };
  }

  async diffConfig(request: DiffRequest): Promise<DiffResult> {
    return diffConfig(request);
  }

  async configure(variables: Readonly<Record<string, string>>): Promise<void> {
    const settings = settingsOf(variables, process.env);
    this.configured = { settings, connection: new Connection(settings) };
  }

  private context(): Context {
    if (!this.configured) throw new Error("the kubernetes plugin was not configured");
    return {
      ...this.configured,
      log: this.log,
      signal: this.canceller.signal,
      known: this.known,
      namespaced: (identity) => this.namespaced(identity),
    };
  }

  private async namespaced(identity: Identity): Promise<boolean> {
    const known = namespaced(identity) ?? this.defined.get(`${identity.group}/${identity.kind}`);
    if (known !== undefined) return known;
    const { cluster } = await this.context().connection.reach();
    try {
      // A custom kind without definition is taken for namespaced, as most are.
      return (await cluster?.kind(identity))?.namespaced ?? true;
    } catch {
      return true;
    }
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const { settings, connection } = this.context();
    const identity = identityOfType(request.type);
    const unsupported = unsupportedType(request.type, identity);
    if (unsupported !== undefined) {
      return { inputs: request.news, failures: [{ property: "", reason: unsupported }] };
    }
    if (settings.skipUpdateUnreachable && (await connection.reach()).unreachable !== undefined) {
      this.log.message(
        "warning",
        "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...",
        request.urn,
      );
      return { inputs: request.olds };
    }
    if (isRelease(request.type)) return checkRelease(request, connection.namespace);
    if (identity.kind === "CustomResourceDefinition") {
      const group = stringAt(request.news, "spec", "group");
      const kind = stringAt(request.news, "spec", "names", "kind");
      this.defined.set(`${group}/${kind}`, stringAt(request.news, "spec", "scope") !== "Cluster");
    }
    return checkInputs(request, {
      identity,
      namespaced: await this.namespaced(identity),
      namespace: connection.namespace,
    });
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return isRelease(request.type) ? diffRelease(request) : diffResource(this.context(), request);
  }

  async create(request: CreateRequest): Promise<{ id: string; properties: Properties }> {
    const context = this.context();
    const folder = renderFolder(context, request.type);
    if (folder !== undefined) return renderCreate(folder, request);
    return isRelease(request.type) ? createRelease(context, request) : createResource(context, request);
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    const context = this.context();
    if (renderFolder(context, request.type) !== undefined) return renderRead(request);
    return isRelease(request.type) ? readRelease(context, request) : readResource(context, request);
  }

  async update(request: UpdateRequest): Promise<{ properties: Properties }> {
    const context = this.context();
    const folder = renderFolder(context, request.type);
    if (folder !== undefined) return renderUpdate(folder, request);
    return isRelease(request.type) ? updateRelease(context, request) : updateResource(context, request);
  }

  async delete(request: DeleteRequest): Promise<void> {
    const context = this.context();
    const folder = renderFolder(context, request.type);
    if (folder !== undefined) return renderDelete(folder, request);
    return isRelease(request.type) ? deleteRelease(context, request) : deleteResource(context, request);
  }
}
