// The kubernetes plugin: the engine's questions about resources, answered with the API server's objects.
import type { Log } from "../rpc/engine.ts";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  PartialFailure,
  type Plugin,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
} from "../rpc/provider.ts";
import { containsUnknown, isObject, listAt, type Properties, plainObject, stringAt } from "../rpc/values.ts";
import { createObject, type Operation, previewObject, updateObject } from "./apply.ts";
import { evaluate, isAwaited, isCheckedOnRead } from "./await/rules.ts";
import { checkReady, NotReady, untilGone, untilReady } from "./await/wait.ts";
import { checkInputs } from "./check.ts";
import { checkpoint, parseCheckpoint, statedApiVersion, withSecrets } from "./checkpoint.ts";
import { isNotFound } from "./client.ts";
import { type Cluster, placeOf } from "./cluster.ts";
import { diffConfig, type Settings, settingsOf } from "./config.ts";
import { Connection } from "./connection.ts";
import { diffObjects, replaces } from "./diff.ts";
import { NoSuchKind } from "./discovery.ts";
import { fieldManager } from "./field-managers.ts";
import { forceNew } from "./force-new.ts";
import { namespaced, unsupportedType } from "./kinds.ts";
import { loadKubeconfig, refusal, selectionOf } from "./kubeconfig.ts";
import { inputsOfLive, liveInputs } from "./live.ts";
import { normalize, underscored } from "./normalize.ts";
import {
  annotation,
  annotations,
  hasAnnotation,
  type Identity,
  identityOf,
  identityOfType,
  idOf,
  type KubeObject,
  nameOf,
  namespaceOf,
  parseId,
  withMetadata,
} from "./object.ts";

const removeHint =
  "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
  'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** Kinds whose skipAwait annotation also covers deletion, as with the official plugin. */
const skipsDeletion: ReadonlySet<string> = new Set([
  "/Namespace",
  "/Pod",
  "/ReplicationController",
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
]);

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

  private get settings(): Settings {
    if (!this.configured) throw new Error("the kubernetes plugin was not configured");
    return this.configured.settings;
  }

  private get connection(): Connection {
    if (!this.configured) throw new Error("the kubernetes plugin was not configured");
    return this.configured.connection;
  }

  private async reachable(): Promise<Cluster> {
    const { cluster, unreachable } = await this.connection.reach();
    if (!cluster) throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}`);
    return cluster;
  }

  private async namespaced(identity: Identity): Promise<boolean> {
    const known = namespaced(identity) ?? this.defined.get(`${identity.group}/${identity.kind}`);
    if (known !== undefined) return known;
    const { cluster } = await this.connection.reach();
    try {
      // A custom kind without definition is taken for namespaced, as most are.
      return (await cluster?.kind(identity))?.namespaced ?? true;
    } catch {
      return true;
    }
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const identity = identityOfType(request.type);
    const unsupported = unsupportedType(request.type, identity);
    if (unsupported !== undefined) {
      return { inputs: request.news, failures: [{ property: "", reason: unsupported }] };
    }
    if (this.settings.skipUpdateUnreachable && (await this.connection.reach()).unreachable !== undefined) {
      this.log.message(
        "warning",
        "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...",
        request.urn,
      );
      return { inputs: request.olds };
    }
    if (identity.kind === "CustomResourceDefinition") {
      const group = stringAt(request.news, "spec", "group");
      const kind = stringAt(request.news, "spec", "names", "kind");
      this.defined.set(`${group}/${kind}`, stringAt(request.news, "spec", "scope") !== "Cluster");
    }
    return checkInputs(request, {
      identity,
      namespaced: await this.namespaced(identity),
      namespace: this.connection.namespace,
    });
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    this.known.add(request.urn);
    const { live, inputs } = parseCheckpoint(request.olds);
    const isNamespaced = await this.namespaced(identityOfType(request.type));
    // A namespace that was left out, and one set on a cluster-scoped object, are no differences.
    const placed = (object: KubeObject): KubeObject =>
      withMetadata(object, "namespace", isNamespaced ? namespaceOf(object) || this.connection.namespace : undefined);
    const newInputs = placed(normalize(plainObject(request.news)));
    const oldInputs = placed(normalize(inputs));
    const oldLive = placed(live);
    const detailed = diffObjects({
      oldInputs,
      live: oldLive,
      newInputs,
      forceNew: forceNew(identityOf(newInputs), newInputs, this.settings.mutable),
      ignoreChanges: request.ignoreChanges,
    });
    const replacing = replaces(detailed);
    if (identityOf(newInputs).group !== identityOf(oldLive).group) replacing.push("apiVersion");
    if (hasAnnotation(newInputs, annotations.replaceUnready) && (await this.hasFailed(oldLive))) {
      replacing.push(`metadata.annotations["${annotations.replaceUnready}"]`);
    }
    const samePlace = nameOf(newInputs) === nameOf(oldLive) && namespaceOf(newInputs) === namespaceOf(oldLive);
    return {
      changes: Object.keys(detailed).length > 0 || replacing.length > 0,
      detailed,
      replaces: replacing,
      // Two objects cannot have one name: the old one goes first, unless its name is generated anew.
      deleteBeforeReplace: replacing.length > 0 && samePlace && !hasAnnotation(newInputs, annotations.autonamed),
    };
  }

  private async hasFailed(object: KubeObject): Promise<boolean> {
    const { cluster } = await this.connection.reach();
    const live = await cluster?.get(placeOf(object)).catch(() => undefined);
    return live !== undefined && live !== null && evaluate(live, {}, object).state === "failed";
  }

  private operation(request: CreateRequest, cluster: Cluster, inputs: KubeObject, manager: string): Operation {
    return {
      urn: request.urn,
      cluster,
      inputs,
      manager,
      force: this.settings.patchForce || annotation(inputs, annotations.patchForce) === "true",
      upsert: this.settings.upsert,
      mayAdopt: !this.known.has(request.urn),
      signal: this.canceller.signal,
      status: (text) => this.log.status(text, request.urn),
    };
  }

  async create(request: CreateRequest): Promise<{ id: string; properties: Properties }> {
    const inputs = normalize(plainObject(request.inputs));
    const manager = fieldManager(request.urn, inputs);
    const state = (live: KubeObject): Properties =>
      checkpoint({
        live,
        inputs,
        marked: request.inputs,
        initialApiVersion: statedApiVersion(inputs),
        fieldManager: manager,
      });
    if (request.preview) {
      const { cluster } = await this.connection.reach();
      const preview = cluster && (await previewObject(this.operation(request, cluster, inputs, manager)));
      return { id: "", properties: preview ? state(preview) : request.inputs };
    }
    const operation = this.operation(request, await this.reachable(), inputs, manager);
    const created = await createObject(operation).catch((error: unknown) => {
      if (error instanceof NoSuchKind) {
        throw new Error(
          `creation of resource "${request.urn}" with kind ${statedApiVersion(inputs)}/${identityOf(inputs).kind} failed because the ` +
            "Kubernetes API server reported that the apiVersion for this resource does not exist. " +
            `Verify that any required CRDs have been created: ${error.message}`,
        );
      }
      throw new Error(
        `resource "${request.urn}" was not successfully created by the Kubernetes API server: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    try {
      const live = isAwaited(inputs)
        ? await untilReady(created, { ...operation, timeoutSeconds: request.timeoutSeconds }, false)
        : created;
      return { id: idOf(live), properties: state(live) };
    } catch (error) {
      throw this.partial(
        error,
        `resource "${request.urn}" was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live`,
        created,
        state,
      );
    }
  }

  private partial(
    error: unknown,
    message: string,
    fallback: KubeObject,
    state: (live: KubeObject) => Properties,
    inputs?: Properties,
  ): PartialFailure {
    const live = error instanceof NotReady ? error.object : fallback;
    const text = error instanceof Error ? error.message : String(error);
    const full = message === "" ? text : `${message}: ${text}`;
    return new PartialFailure(full, {
      id: idOf(live),
      properties: state(live),
      reasons: [full.split("\n\t* ")[0] ?? full, ...(error instanceof NotReady ? error.reasons : [])],
      ...(inputs && { inputs }),
    });
  }

  async update(request: UpdateRequest): Promise<{ properties: Properties }> {
    const old = parseCheckpoint(request.olds);
    const inputs = normalize(plainObject(request.inputs));
    const manager = fieldManager(request.urn, inputs, old.fieldManager);
    const state = (live: KubeObject): Properties =>
      checkpoint({
        live,
        inputs,
        marked: request.inputs,
        initialApiVersion: old.initialApiVersion ?? statedApiVersion(inputs),
        fieldManager: manager,
      });
    if (request.preview) {
      const { cluster } = await this.connection.reach();
      const preview = cluster && (await previewObject(this.operation(request, cluster, inputs, manager), old.live));
      return { properties: preview ? state(preview) : request.inputs };
    }
    const cluster = await this.reachable();
    const operation = this.operation(request, cluster, inputs, manager);
    const updated = await updateObject(operation, old.live).catch((error: unknown) => {
      throw new Error(
        `update of resource "${request.urn}" failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    try {
      const live = isAwaited(inputs)
        ? await untilReady(updated, { ...operation, timeoutSeconds: request.timeoutSeconds }, true)
        : updated;
      return { properties: state(live) };
    } catch (error) {
      throw this.partial(
        error,
        `the Kubernetes API server reported that "${idOf(updated)}" failed to fully initialize or become live`,
        updated,
        state,
      );
    }
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    const { cluster, unreachable } = await this.connection.reach();
    if (!cluster) {
      this.log.message("warning", `configured Kubernetes cluster is unreachable: ${unreachable}`, request.urn);
      if (this.settings.deleteUnreachable) return undefined;
      if (this.settings.skipUpdateUnreachable) return request;
      throw new Error(`failed to read resource state due to unreachable cluster. ${removeHint}`);
    }
    const old = parseCheckpoint(request.properties);
    const oldInputs = normalize(plainObject(request.inputs));
    const first = Object.keys(oldInputs).length === 0 && Object.keys(old.live).length === 0;
    const source = [oldInputs, old.live].find((object) => stringAt(object, "kind") !== undefined);
    const identity = source ? identityOf(source) : identityOfType(request.type);
    const { namespace, name } = parseId(request.id);
    let live: KubeObject | undefined;
    try {
      live = await cluster.get({
        identity,
        namespace: namespace || namespaceOf(oldInputs) || this.connection.namespace,
        name,
      });
    } catch (error) {
      if (!(error instanceof NoSuchKind)) throw error;
    }
    if (!live) return undefined;
    const inputs = first ? inputsOfLive(live) : liveInputs(oldInputs, live);
    const marked = first ? {} : request.inputs;
    const state = (object: KubeObject): Properties =>
      checkpoint({
        live: object,
        inputs,
        marked,
        initialApiVersion: old.initialApiVersion ?? statedApiVersion(inputs),
        fieldManager: fieldManager(request.urn, inputs, old.fieldManager),
      });
    const markedInputs = withSecrets(underscored(inputs), marked);
    if (!first && isAwaited(oldInputs) && isCheckedOnRead(live)) {
      await checkReady(cluster, live, oldInputs).catch((error: unknown) => {
        throw this.partial(error, "", live, state, markedInputs);
      });
    }
    return { id: request.id || idOf(live), properties: state(live), inputs: markedInputs };
  }

  async delete(request: DeleteRequest): Promise<void> {
    const { live, inputs } = parseCheckpoint(request.properties);
    const { cluster, unreachable } = await this.connection.reach();
    if (!cluster) {
      this.log.message("warning", `configured Kubernetes cluster is unreachable: ${unreachable}`, request.urn);
      if (this.settings.deleteUnreachable) return;
      throw new Error(`configured Kubernetes cluster is unreachable. ${removeHint}`);
    }
    const { name } = parseId(request.id);
    const place = { ...placeOf(live), name };
    const policy = annotation(inputs, annotations.deletionPropagation)?.toLowerCase();
    try {
      await cluster.delete(
        place,
        policy === "orphan" ? "Orphan" : policy === "background" ? "Background" : "Foreground",
      );
    } catch (error) {
      // Gone already, by hand or with its definition: what was asked for.
      if (isNotFound(error) || error instanceof NoSuchKind) return;
      throw error;
    }
    const key = `${place.identity.group}/${place.identity.kind}`;
    if (hasAnnotation(inputs, annotations.skipAwait) && skipsDeletion.has(key)) return;
    await untilGone(live, {
      cluster,
      inputs,
      timeoutSeconds: request.timeoutSeconds,
      signal: this.canceller.signal,
      status: (text) => this.log.status(text, request.urn),
    });
    if (key === "apiextensions.k8s.io/CustomResourceDefinition") {
      const names = listAt(live, "spec", "versions").filter(isObject);
      for (const version of names)
        cluster.discovery.forget(`${stringAt(live, "spec", "group")}/${stringAt(version, "name")}`);
    }
  }
}
