// Pods of RustFS: the server, and the Job that sets it up with the same image, which has a shell and curl.
import type * as pulumi from "@pulumi/pulumi";
import { emptyDir, httpProbe, type PodArgs } from "../../../lib/workload.ts";
import { ports, services } from "../../../names.ts";
import { rustFsSetupScript } from "./rustfs-setup.ts";

/** The image's user. */
const user = 10001;

export const rustFsRegion = "us-east-1";

/** Keys of the Secret with the server's own login. */
export const rootKeys = { id: "access-key", secret: "secret-key" } as const;

/** Key of the ConfigMap. */
export const setupFile = "setup.sh";

const folders = { data: "/data", root: "/etc/rustfs/root", scripts: "/etc/rustfs/scripts", keys: "/etc/rustfs/keys" };

const rootVolume = (secret: pulumi.Input<string>) => ({
  name: "root",
  secret: { secretName: secret, defaultMode: 0o440 },
});

export interface RustFsPodArgs {
  readonly image: pulumi.Input<string>;
  /** Secret with the server's own login. */
  readonly secret: pulumi.Input<string>;
  readonly checksum: pulumi.Input<string>;
}

export const rustFsPod = (args: RustFsPodArgs): PodArgs => ({
  name: services.rustfs,
  user,
  checksum: args.checksum,
  containers: [
    {
      name: "rustfs",
      image: args.image,
      env: {
        RUSTFS_VOLUMES: folders.data,
        RUSTFS_ADDRESS: `:${ports.rustfsS3}`,
        RUSTFS_REGION: rustFsRegion,
        RUSTFS_ACCESS_KEY_FILE: `${folders.root}/${rootKeys.id}`,
        RUSTFS_SECRET_KEY_FILE: `${folders.root}/${rootKeys.secret}`,
        // Its pages would need the server's own login in a browser.
        RUSTFS_CONSOLE_ENABLE: "false",
        // Empty: the log goes where every log goes.
        RUSTFS_OBS_LOG_DIRECTORY: "",
        RUSTFS_OBS_LOGGER_LEVEL: "info",
      },
      ports: { s3: ports.rustfsS3 },
      resources: { cpu: "50m", memory: "128Mi", memoryLimit: "512Mi" },
      startup: httpProbe("/health", ports.rustfsS3, { periodSeconds: 1, failureThreshold: 120 }),
      readiness: httpProbe("/health/ready", ports.rustfsS3, { periodSeconds: 2, failureThreshold: 3 }),
      liveness: httpProbe("/health", ports.rustfsS3, { periodSeconds: 30 }),
      mounts: { [folders.data]: "data", [folders.root]: { name: "root", readOnly: true }, "/tmp": "tmp" },
    },
  ],
  volumes: [rootVolume(args.secret), emptyDir("tmp", "64Mi")],
});

/** Value of app.kubernetes.io/name of the Job's pods. */
export const rustFsSetupWorkload = `${services.rustfs}-setup`;

export interface RustFsSetupArgs extends RustFsPodArgs {
  /** ConfigMap with the script. */
  readonly configMap: pulumi.Input<string>;
  /** http://host:port of a Service that publishes the server before it is ready. */
  readonly endpoint: string;
  readonly buckets: readonly string[];
  /** Secret with each bucket's key. */
  readonly keysSecret: pulumi.Input<string>;
}

/** What the Job does, as far as it is no secret: a change of it is another Job. */
export const rustFsSetupInputs = (buckets: readonly string[]): string[] => [rustFsSetupScript, ...buckets];

export const rustFsSetupPod = (args: RustFsSetupArgs): Omit<PodArgs, "name" | "extra"> => ({
  user,
  checksum: args.checksum,
  containers: [
    {
      name: "setup",
      image: args.image,
      command: ["sh", `${folders.scripts}/${setupFile}`],
      env: {
        ENDPOINT: args.endpoint,
        REGION: rustFsRegion,
        BUCKETS: args.buckets.join(" "),
        ROOT_FOLDER: folders.root,
        KEYS_FOLDER: folders.keys,
      },
      resources: { cpu: "10m", memory: "16Mi", memoryLimit: "64Mi" },
      mounts: {
        [folders.scripts]: { name: "scripts", readOnly: true },
        [folders.root]: { name: "root", readOnly: true },
        [folders.keys]: { name: "keys", readOnly: true },
        "/tmp": "tmp",
      },
    },
  ],
  volumes: [
    { name: "scripts", configMap: { name: args.configMap } },
    rootVolume(args.secret),
    { name: "keys", secret: { secretName: args.keysSecret, defaultMode: 0o440 } },
    // In memory: keys pass through it.
    { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "4Mi" } },
  ],
});
