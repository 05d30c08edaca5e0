// A lane to operate on: an embedded API server with the operator's definitions, the simulated operator on it, and a real OpenBao behind the
// Service and behind an edge. Stand-ins are the operator, the object store, and the proxy of the edge; the rest is what it is.
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps, request } from "node:https";
import type { AddressInfo } from "node:net";
import { selfInitRequests } from "../../../layers/platform/openbao/self-init.ts";
import { openbaoApi, openbaoAudience, openbaoNames } from "../../../lib/openbao.ts";
import { namespaces, ports } from "../../../names.ts";
import { clusterWorld } from "../../../tools/openbao/cluster-world.ts";
import { pathsOf } from "../../../tools/openbao/objects.ts";
import type { World } from "../../../tools/openbao/world.ts";
import { pemOf } from "../../../tools/program/api-facts.ts";
import { capture } from "../../../tools/terminal/process.ts";
import { locate } from "../../../tools/toolchain/locate.ts";
import { imageReference, images } from "../../../versions.ts";
import { startCluster, type TestCluster } from "../../plugins/cluster.ts";
import { testAuthority } from "../certificates.ts";
import { definitions } from "./definitions.ts";
import { operatorJobs, operatorMount, operatorRequests } from "./operator.ts";
import { type BaoServer, startBao } from "./server.ts";
import { SimulatedOperator } from "./simulated-operator.ts";

export const names = openbaoNames("bao");
export const paths = pathsOf(names);
const host = "bao.localtest.me";

export interface Lane {
  readonly cluster: TestCluster;
  readonly bao: BaoServer;
  readonly operator: SimulatedOperator;
  /** What the operations see, with a clock that does not wait long. */
  readonly world: World;
  /** What they said. */
  readonly said: string[];
  readonly bucket: Map<string, Buffer>;
  readonly edgePort: number;
  /** Makes the OpenBaoCluster anew, healthy and idle, with this strategy. */
  reset(strategy: "BlueGreen" | "RollingUpdate"): Promise<void>;
  close(): Promise<void>;
}

/** Definition of HTTPRoutes, without a word on what is in one: a stand-in for the publisher's. */
const routeDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: {
    name: "httproutes.gateway.networking.k8s.io",
    annotations: { "api-approved.kubernetes.io": "unapproved, a stand-in of a test" },
  },
  spec: {
    group: "gateway.networking.k8s.io",
    names: { kind: "HTTPRoute", plural: "httproutes", singular: "httproute", listKind: "HTTPRouteList" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const clusterObject = (strategy: string) => ({
  apiVersion: openbaoApi,
  kind: "OpenBaoCluster",
  metadata: { name: names.cluster, namespace: names.namespace },
  spec: {
    version: images.openbao.tag,
    image: imageReference(images.openbao),
    replicas: 3,
    profile: "Development",
    tls: { enabled: true, mode: "OperatorManaged", rotationPeriod: "720h" },
    storage: { size: "1Gi" },
    gateway: { enabled: true, gatewayRef: { name: "edge", namespace: "edge" }, hostname: host },
    backup: {
      schedule: "*/30 * * * *",
      target: {
        endpoint: "http://rustfs.storage.svc.cluster.local:9000",
        bucket: "openbao-backups",
        credentialsSecretRef: { name: names.backupSecret },
      },
    },
    restore: { jwtAuthRole: names.restoreRole },
    upgrade: { strategy, preUpgradeSnapshot: true },
  },
});

const setUp = async (world: World, authority: { certificate: string }, baoCa: string): Promise<void> => {
  const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  for (const one of [...definitions(), routeDefinition]) await world.create(definitionsPath, one);
  for (const name of [names.namespace, namespaces.certificates])
    await world.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const account = (name: string) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } });
  const accounts = paths.token.replace(/\/[^/]+\/token$/, "");
  for (const name of [names.adminAccount, ...Object.values(operatorJobs(names.cluster))])
    await world.create(accounts, account(name));
  const secret = (name: string, data: Record<string, string>) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
  });
  const secrets = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`;
  await world.create(
    secrets(names.namespace),
    secret(names.backupSecret, { accessKeyId: "tenant", secretAccessKey: "s3cret" }),
  );
  await world.create(secrets(namespaces.certificates), secret("strata-ca", { "tls.crt": authority.certificate }));
  await world.create(`/api/v1/namespaces/${names.namespace}/configmaps`, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: names.caConfigMap },
    data: { "ca.crt": baoCa },
  });
};

const listen = async (server: ReturnType<typeof createHttp>): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

/** An object store that knows HEAD, and the login of its tenant by name. */
const storeOf = (bucket: ReadonlyMap<string, Buffer>) =>
  createHttp((asked, answer) => {
    const key = decodeURIComponent((asked.url ?? "").replace("/openbao-backups/", ""));
    const found = bucket.get(key);
    const known = asked.headers.authorization?.includes("Credential=tenant/");
    answer.writeHead(!known ? 403 : found ? 200 : 404, { "content-length": found?.length ?? 0 }).end();
  });

/** TLS of its own before, and TLS with a check behind it. */
const edgeOf = (bao: BaoServer, { certificate, key }: { certificate: string; key: string }) =>
  createHttps({ cert: certificate, key }, (asked, answer) => {
    const { port } = new URL(bao.address);
    const onward = request(
      {
        ...{ host: "127.0.0.1", port, ca: bao.ca, servername: names.tlsServerName, agent: false },
        ...{ method: asked.method, path: asked.url, headers: asked.headers },
      },
      (got) => got.pipe(answer.writeHead(got.statusCode ?? 502, got.headers)),
    );
    onward.on("error", () => answer.writeHead(502).end());
    asked.pipe(onward);
  });

/** Who signs the tokens of that API server. Its own address is on the loopback, so it names no endpoint. */
const tokenFacts = async (kubeconfig: string) => {
  const kubectl = await locate("kubectl");
  const read = async (path: string): Promise<unknown> =>
    JSON.parse((await capture(kubectl, ["--kubeconfig", kubeconfig, "get", "--raw", path])).stdout);
  const { issuer } = (await read("/.well-known/openid-configuration")) as { issuer: string };
  const { keys } = (await read("/openid/v1/jwks")) as { keys: Parameters<typeof pemOf>[0] };
  return { issuer, publicKeys: pemOf(keys) };
};

export interface LaneArgs {
  /** Path of OpenBao's program. */
  readonly program: string;
  readonly phaseMs: number;
  /** How long one look of an operation waits for the next. */
  readonly lookMs: number;
}

export const startLane = async ({ program, phaseMs, lookMs }: LaneArgs): Promise<Lane> => {
  const cluster = await startCluster();
  const closers: (() => unknown)[] = [() => cluster.stop()];
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const kubeconfig = readFileSync(cluster.kubeconfig, "utf8");
    const said: string[] = [];
    const real = clusterWorld({
      kubeconfig,
      interrupted: new AbortController().signal,
      say: (line) => said.push(line),
    });
    closers.push(() => real.close());
    const facts = await tokenFacts(cluster.kubeconfig);
    const operator = operatorRequests({ ...facts, token: () => "" }, names.cluster, openbaoAudience);
    const bao = await startBao({ program, operator, requests: selfInitRequests(names, facts) });
    closers.push(() => bao.close());
    const authority = testAuthority();
    const bucket = new Map<string, Buffer>();
    const store = storeOf(bucket);
    const storePort = await listen(store);
    closers.push(() => store.close());
    const edge = edgeOf(bao, authority.issue([host]));
    const edgePort = await listen(edge);
    closers.push(() => edge.close());
    const world: World = {
      ...real,
      sleep: () => new Promise((resolve) => setTimeout(resolve, lookMs)),
      // Nothing runs in the pods of an embedded cluster: what is in them is beside it.
      forward: (to, use) => use(to.port === ports.openbaoApi ? Number(new URL(bao.address).port) : storePort),
    };
    await setUp(world, authority, bao.ca);
    const as = async (role: keyof ReturnType<typeof operatorJobs>): Promise<string> => {
      const path = paths.token.replace(names.adminAccount, operatorJobs(names.cluster)[role]);
      const { status } = await world.create<{ status: { token: string } }>(path, {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { audiences: [openbaoAudience] },
      });
      return bao.login(status.token, role, operatorMount);
    };
    // With connections of its own: it must not be held back by what looks at it.
    const own = clusterWorld({ kubeconfig, interrupted: new AbortController().signal, say: () => undefined });
    closers.push(() => own.close());
    const simulated = new SimulatedOperator({
      world: own,
      names,
      bucket,
      phaseMs,
      data: {
        snapshot: async () =>
          (await bao.request("GET", "sys/storage/raft/snapshot", { token: await as("openbao-operator-backup") })).bytes,
        restore: async (body) => {
          const token = await as("openbao-operator-restore");
          const { status, bytes } = await bao.request("POST", "sys/storage/raft/snapshot-force", { token, body });
          if (status >= 300) throw new Error(`the restore answered ${status}: ${bytes.toString()}`);
        },
      },
    });
    simulated.start();
    closers.push(() => simulated.stop());
    const reset = async (strategy: string): Promise<void> => {
      // Still, while its objects go: otherwise it makes some of the last cluster again.
      await simulated.stop();
      simulated.breaks.clear();
      said.length = 0;
      await world.remove(paths.cluster);
      for (const { metadata } of await world.list<{ metadata: { name: string } }>(paths.restores))
        await world.remove(paths.restore(metadata.name));
      for (const { metadata } of await world.list<{ metadata: { name: string } }>(paths.pods))
        await world.remove(`${paths.pods}/${metadata.name}`);
      await world.remove(paths.service);
      await world.remove(paths.route);
      await world.create(paths.route.replace(/\/[^/]+$/, ""), {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: { name: names.httpRoute },
        spec: { hostnames: [host] },
      });
      await world.create(paths.cluster.replace(/\/[^/]+$/, ""), clusterObject(strategy));
      simulated.start();
      for (let waited = 0; waited < 200; waited += 1) {
        const { status } = (await world.get<{ status?: { phase?: string } }>(paths.cluster)) ?? {};
        if (status?.phase === "Running") return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("the simulated operator did not take the cluster up");
    };
    return { cluster, bao, operator: simulated, world, said, bucket, edgePort, reset, close };
  } catch (error) {
    await close();
    throw error;
  }
};
