// The pod of the access Job: the program of OpenBao's own image, the admin's token and the operator's authority.
import type * as pulumi from "@pulumi/pulumi";
import { type OpenBaoNames, openbaoAudience } from "../../../lib/openbao.ts";
import { emptyDir, type PodArgs } from "../../../lib/workload.ts";
import { ports } from "../../../names.ts";
import { accessScript } from "./access-script.ts";
import { adminPolicy } from "./self-init.ts";

/** User of the image. */
const user = 100;
const deadlineSeconds = 120;
const demoMount = "userpass";

/** Keys of the Secret with the login by password. */
export const demoKeys = { user: "user", password: "password" } as const;

export interface AccessPodArgs {
  readonly names: OpenBaoNames;
  readonly image: pulumi.Input<string>;
  readonly serviceAccount: pulumi.Input<string>;
  /** Secret with the login by password. Left out: there is none, and one that was there goes. */
  readonly demoSecret?: pulumi.Input<string>;
  /** Another cluster of that name, or another password, is another run. */
  readonly checksum: pulumi.Input<string>;
}

const folders = { token: "/var/run/secrets/openbao", authority: "/etc/openbao/authority", demo: "/etc/openbao/demo" };

export const accessPod = (args: AccessPodArgs): Omit<PodArgs, "name" | "extra"> => {
  const { names, demoSecret } = args;
  return {
    user,
    serviceAccount: args.serviceAccount,
    tokens: "own",
    checksum: args.checksum,
    containers: [
      {
        name: "bao",
        image: args.image,
        command: ["sh", "-c", accessScript],
        env: {
          HOME: "/tmp",
          BAO_ADDR: `https://${names.serviceHost}:${ports.openbaoApi}`,
          BAO_CACERT: `${folders.authority}/ca.crt`,
          BAO_TLS_SERVER_NAME: names.tlsServerName,
          BAO_CLIENT_TIMEOUT: "10s",
          LOGIN_MOUNT: names.adminMount,
          LOGIN_ROLE: names.adminRole,
          TOKEN_FILE: `${folders.token}/token`,
          DEMO_LOGIN: demoSecret === undefined ? "off" : "on",
          DEMO_MOUNT: demoMount,
          DEMO_USER: names.demoUser,
          DEMO_POLICY: adminPolicy,
          ...(demoSecret !== undefined && { DEMO_PASSWORD_FILE: `${folders.demo}/${demoKeys.password}` }),
          DEADLINE_SECONDS: String(deadlineSeconds),
        },
        resources: { cpu: "10m", memory: "128Mi", memoryLimit: "256Mi" },
        mounts: {
          "/tmp": "tmp",
          [folders.token]: { name: "token", readOnly: true },
          [folders.authority]: { name: "authority", readOnly: true },
          ...(demoSecret !== undefined && { [folders.demo]: { name: "demo", readOnly: true } }),
        },
      },
    ],
    volumes: [
      emptyDir("tmp", "16Mi"),
      {
        name: "token",
        projected: {
          sources: [{ serviceAccountToken: { path: "token", audience: openbaoAudience, expirationSeconds: 600 } }],
        },
      },
      // The operator makes it; until then the pod waits.
      { name: "authority", configMap: { name: names.caConfigMap } },
      ...(demoSecret !== undefined ? [{ name: "demo", secret: { secretName: demoSecret } }] : []),
    ],
  };
};

/** Everything that decides what the Job does. */
export const accessInputs = (names: OpenBaoNames, demoLogin: "on" | "off"): string[] => [
  accessScript,
  names.serviceHost,
  names.adminMount,
  names.adminRole,
  names.demoUser,
  demoLogin,
];
