// Postgres answers with the generated credentials, and a bucket takes and gives back an object.
import { AwsClient } from "aws4fetch";
import pg from "pg";
import { namespaces, ports, services } from "../../names.ts";
import { type Finding, run } from "./checks.ts";
import type { Cluster, Target } from "./cluster.ts";
import type { Store } from "./stores.ts";

export interface DatabaseLogin {
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface BucketLogin {
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The pod that takes writes: the only one, or the one that CloudNativePG calls the primary. */
export const databaseServer = (kind: "native" | "cloudnative-pg"): Pick<Target, "workload" | "labels"> =>
  kind === "native"
    ? { workload: services.postgres }
    : { workload: services.postgresInstance, labels: { "cnpg.io/instanceRole": "primary" } };

/** Each owner makes a table in its database, writes, reads and drops it. */
export const verifyDatabases = (
  cluster: Cluster,
  server: Pick<Target, "workload" | "labels">,
  logins: readonly DatabaseLogin[],
): Promise<Finding[]> =>
  Promise.all(
    logins.map(({ database, user, password }) =>
      run(`postgres ${database}`, () =>
        cluster.forward({ namespace: namespaces.database, port: ports.postgres, ...server }, async (port) => {
          const client = new pg.Client({
            host: "127.0.0.1",
            port,
            user,
            password,
            database,
            connectionTimeoutMillis: 10_000,
          });
          // A dropped forward surfaces here as well; without a listener it would end the process.
          client.on("error", () => undefined);
          await client.connect();
          await client.query("create table strata_verify (id int primary key, word text)");
          try {
            await client.query("insert into strata_verify values (1, 'written')");
            const { rows } = await client.query<{ word: string; version: string; user: string }>(
              "select word, current_user as user, split_part(version(), ' ', 2) as version from strata_verify",
            );
            return `PostgreSQL ${rows[0]?.version}, ${rows[0]?.user} read back "${rows[0]?.word}"`;
          } finally {
            await client.query("drop table strata_verify");
            await client.end();
          }
        }),
      ),
    ),
  );

/** Puts, gets and deletes an object with the bucket's own key. */
export const verifyBuckets = (cluster: Cluster, store: Store, logins: readonly BucketLogin[]): Promise<Finding[]> =>
  Promise.all(
    logins.map(({ bucket, accessKeyId, secretAccessKey }) =>
      run(`bucket ${bucket}`, () =>
        cluster.forward({ namespace: namespaces.storage, workload: store.workload, port: store.port }, async (port) => {
          const s3 = new AwsClient({ accessKeyId, secretAccessKey, region: store.region, service: "s3", retries: 0 });
          const url = `http://127.0.0.1:${port}/${bucket}/strata-verify`;
          const call = async (method: string, body?: string): Promise<string> => {
            const response = await s3.fetch(url, {
              method,
              ...(body !== undefined && { body }),
              signal: AbortSignal.timeout(15_000),
            });
            const text = await response.text();
            if (!response.ok) throw new Error(`${method} answered ${response.status}: ${text.slice(0, 200)}`);
            return text;
          };
          const word = `written at ${new Date().toISOString()}`;
          await call("PUT", word);
          const read = await call("GET");
          if (read !== word) throw new Error(`wrote "${word}", read "${read}"`);
          await call("DELETE");
          return `wrote, read and deleted an object with key ${accessKeyId.slice(0, 6)}...`;
        }),
      ),
    ),
  );
