// Pods of the object store: the server, and the Job that sets it up.
import type * as pulumi from "@pulumi/pulumi";
import { emptyDir, httpProbe, type PodArgs } from "../../../lib/workload.ts";
import { ports, services } from "../../../names.ts";
import { configPath, dataFolder, metadataFolder } from "./garage-config.ts";
import { setupScript } from "./garage-setup.ts";

/** Any user but root: the image is one static program, which owns nothing. */
const user = 65532;

/** Keys of the Secret with the server's own secrets. */
export const serverKeys = { rpcSecret: "rpc-secret", adminToken: "admin-token" } as const;

/** Keys of the ConfigMap. */
export const files = { config: "garage.toml", setup: "setup.sh" } as const;

export interface GaragePodArgs {
  readonly image: pulumi.Input<string>;
  /** ConfigMap with the configuration and the setup script. */
  readonly configMap: pulumi.Input<string>;
  /** Secret with the server's own secrets. */
  readonly secret: pulumi.Input<string>;
  readonly checksum: pulumi.Input<string>;
}

export const garagePod = (args: GaragePodArgs): PodArgs => ({
  name: services.garage,
  user,
  checksum: args.checksum,
  metrics: { port: ports.garageAdmin },
  containers: [
    {
      name: "garage",
      image: args.image,
      command: ["/garage", "server"],
      env: {
        GARAGE_RPC_SECRET: { secret: args.secret, key: serverKeys.rpcSecret },
        GARAGE_ADMIN_TOKEN: { secret: args.secret, key: serverKeys.adminToken },
        RUST_LOG: "garage=info",
      },
      ports: { s3: ports.garageS3, admin: ports.garageAdmin },
      resources: { cpu: "50m", memory: "128Mi", memoryLimit: "512Mi" },
      startup: { tcpSocket: { port: ports.garageAdmin }, periodSeconds: 1, failureThreshold: 120 },
      // Not healthy before the layout is applied: ready means usable. The Job gets in through the headless Service, which does not wait.
      readiness: httpProbe("/health", ports.garageAdmin, { periodSeconds: 2, failureThreshold: 3 }),
      // Without a layout it is alive although it is not healthy.
      liveness: { tcpSocket: { port: ports.garageAdmin }, periodSeconds: 30 },
      mounts: {
        [configPath]: { name: "config", subPath: files.config, readOnly: true },
        [metadataFolder]: "meta",
        [dataFolder]: "data",
        "/tmp": "tmp",
      },
    },
  ],
  volumes: [{ name: "config", configMap: { name: args.configMap } }, emptyDir("tmp", "64Mi")],
});

/** Value of app.kubernetes.io/name of the Job's pods. */
export const setupWorkload = `${services.garage}-setup`;

const mounts = { scripts: "/etc/garage/scripts", admin: "/etc/garage/admin", keys: "/etc/garage/keys" };

export interface SetupPodArgs extends Omit<GaragePodArgs, "image"> {
  /** busybox. */
  readonly image: pulumi.Input<string>;
  /** Host name of a Service that publishes the server before it is ready. */
  readonly server: string;
  readonly capacityBytes: number;
  readonly buckets: readonly string[];
  /** Secret with each bucket's key. */
  readonly keysSecret: pulumi.Input<string>;
}

/** What the Job does, as far as it is no secret: a change of it is another Job. */
export const setupInputs = (args: Pick<SetupPodArgs, "capacityBytes" | "buckets">): string[] => [
  setupScript,
  String(args.capacityBytes),
  ...args.buckets,
];

export const setupPod = (args: SetupPodArgs): Omit<PodArgs, "name" | "extra"> => ({
  user,
  checksum: args.checksum,
  containers: [
    {
      name: "setup",
      image: args.image,
      command: ["sh", `${mounts.scripts}/${files.setup}`],
      env: {
        GARAGE_HOST: args.server,
        GARAGE_PORT: String(ports.garageAdmin),
        CAPACITY_BYTES: String(args.capacityBytes),
        BUCKETS: args.buckets.join(" "),
        TOKEN_FILE: `${mounts.admin}/${serverKeys.adminToken}`,
        KEYS_FOLDER: mounts.keys,
      },
      resources: { cpu: "10m", memory: "16Mi", memoryLimit: "32Mi" },
      mounts: {
        [mounts.scripts]: { name: "scripts", readOnly: true },
        [mounts.admin]: { name: "admin", readOnly: true },
        [mounts.keys]: { name: "keys", readOnly: true },
        "/tmp": "tmp",
      },
    },
  ],
  volumes: [
    { name: "scripts", configMap: { name: args.configMap } },
    {
      name: "admin",
      secret: {
        secretName: args.secret,
        defaultMode: 0o440,
        items: [{ key: serverKeys.adminToken, path: serverKeys.adminToken }],
      },
    },
    { name: "keys", secret: { secretName: args.keysSecret, defaultMode: 0o440 } },
    // In memory: a request with a key passes through it.
    { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "4Mi" } },
  ],
});
