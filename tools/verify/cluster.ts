// A way into the services of a running cluster: forwarded ports on 127.0.0.1, and the Secrets that open them.
import { createServer, type Socket } from "node:net";
import { CoreV1Api, KubeConfig, PortForward } from "@kubernetes/client-node";
import { UserError } from "../../lib/errors.ts";
import { labels } from "../../names.ts";

export interface Target {
  readonly namespace: string;
  readonly workload: string;
  readonly port: number;
  /** Labels beside the workload's name, where not every pod will do. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Cluster {
  /** Runs `use` with a local port that leads to that port of the workload's first running pod. */
  forward<T>(target: Target, use: (port: number) => Promise<T>): Promise<T>;
  /** Decoded values of a Secret. */
  secret(namespace: string, name: string): Promise<Record<string, string>>;
  readonly kubeconfig: KubeConfig;
}

export const openCluster = (kubeconfigText: string): Cluster => {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(kubeconfigText);
  const core = kubeconfig.makeApiClient(CoreV1Api);

  const runningPod = async ({ namespace, workload, labels: more = {} }: Target): Promise<string> => {
    const labelSelector = Object.entries({ [labels.name]: workload, ...more })
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const { items } = await core.listNamespacedPod({ namespace, labelSelector });
    const name = items.find(({ status }) => status?.phase === "Running")?.metadata?.name;
    if (name === undefined)
      throw new UserError(
        `No running pod of ${workload} in namespace ${namespace}: ${items.map((pod) => `${pod.metadata?.name} ${pod.status?.phase}`).join(", ") || "there is none"}`,
      );
    return name;
  };

  return {
    kubeconfig,
    secret: async (namespace, name) => {
      const { data } = await core.readNamespacedSecret({ namespace, name });
      return Object.fromEntries(
        Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
      );
    },
    forward: async (target, use) =>
      forwardTo(kubeconfig, { namespace: target.namespace, pod: await runningPod(target), port: target.port }, use),
  };
};

/** Runs `use` with a local port that leads to that port of the pod. */
export const forwardTo = async <T>(
  kubeconfig: KubeConfig,
  { namespace, pod, port }: { readonly namespace: string; readonly pod: string; readonly port: number },
  use: (port: number) => Promise<T>,
): Promise<T> => {
  const forwarder = new PortForward(kubeconfig);
  const sockets = new Set<Socket>();
  const tunnels: ReturnType<typeof forwarder.portForward>[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    const tunnel = forwarder.portForward(namespace, pod, [port], socket, null, socket);
    tunnel.catch(() => socket.destroy());
    tunnels.push(tunnel);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  try {
    return await use(typeof address === "object" && address ? address.port : 0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    // An open tunnel keeps this process alive for as long as the API server does.
    for (const tunnel of tunnels)
      tunnel.then(
        (opened) => (typeof opened === "function" ? opened() : opened)?.close(),
        () => undefined,
      );
  }
};

/** JSON of a GET, or an error that quotes what the server said. */
export const getJson = async <T>(url: string, headers: Record<string, string> = {}): Promise<T> => {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(15_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text) as T;
};

/** Repeats until `probe` returns a value; what it threw last is the reason when time is up. */
export const eventually = async <T>(seconds: number, probe: () => Promise<T | undefined>, what: string): Promise<T> => {
  const deadline = Date.now() + seconds * 1000;
  let reason = "";
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      reason = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`${what}, not within ${seconds} s${reason}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
};
