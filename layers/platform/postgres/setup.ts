// The pod of the Job that runs the SQL against a server that is already up.
import type * as pulumi from "@pulumi/pulumi";
import type { PodArgs } from "../../../lib/workload.ts";
import { emptyDir } from "../../../lib/workload.ts";
import { ports, services } from "../../../names.ts";
import { superuser } from "./databases.ts";
import { databasesFile, postgresUser, superuserKey } from "./server.ts";

/** Value of app.kubernetes.io/name of the Job's pods. */
export const setupWorkload = `${services.postgres}-setup`;

const mount = "/etc/postgres/databases";
const deadlineSeconds = 240;

/** Waits for the server, then runs the SQL; what went wrong is the last thing it prints. */
export const setupScript = `
deadline=$(( $(date +%s) + ${deadlineSeconds} ))
until pg_isready -q -t 2; do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "postgres setup: no answer within ${deadlineSeconds} s: $(pg_isready -t 2 || true)" >&2
    exit 1
  fi
  sleep 1
done
exec psql --no-psqlrc --no-password --quiet --file ${mount}/${databasesFile}
`.trim();

export interface SetupPodArgs {
  readonly image: pulumi.Input<string>;
  /** Host name of the server's Service. */
  readonly server: pulumi.Input<string>;
  readonly superuserSecret: pulumi.Input<string>;
  readonly rolesSecret: pulumi.Input<string>;
  readonly databases: pulumi.Input<string>;
  /** A change of it runs the Job again: new passwords must reach the server. */
  readonly checksum: pulumi.Input<string>;
  /** Default: what the server offers. */
  readonly sslMode?: "require";
}

export const setupPod = (args: SetupPodArgs): Omit<PodArgs, "name" | "extra"> => ({
  user: postgresUser,
  checksum: args.checksum,
  containers: [
    {
      name: "psql",
      image: args.image,
      command: ["sh", "-ec", setupScript],
      env: {
        PGHOST: args.server,
        PGPORT: String(ports.postgres),
        PGUSER: superuser,
        PGDATABASE: "postgres",
        PGPASSWORD: { secret: args.superuserSecret, key: superuserKey },
        PGCONNECT_TIMEOUT: "5",
        PGAPPNAME: setupWorkload,
        ...(args.sslMode && { PGSSLMODE: args.sslMode }),
      },
      envFromSecrets: [args.rolesSecret],
      resources: { cpu: "10m", memory: "32Mi", memoryLimit: "64Mi" },
      mounts: { [mount]: { name: "databases", readOnly: true }, "/tmp": "tmp" },
    },
  ],
  volumes: [{ name: "databases", configMap: { name: args.databases } }, emptyDir("tmp", "16Mi")],
});
