// Asks the object store itself for a snapshot, with the login that its Jobs have: the operator's word is not the proof.
import { AwsClient } from "aws4fetch";
import type { OpenBaoNames } from "../../lib/openbao.ts";
import { selector } from "../../lib/workload.ts";
import { namespaces } from "../../names.ts";
import { type StoreKind, stores } from "../verify/stores.ts";
import { noSuchKey, type TakenBackup } from "./backup.ts";
import { OperationFailed } from "./failure.ts";
import { tell } from "./follow.ts";
import { readSecret } from "./look.ts";
import { pathsOf } from "./objects.ts";
import type { PodPort, World } from "./world.ts";

const storePods = (kind: StoreKind): PodPort => ({
  namespace: namespaces.storage,
  labels: selector(stores[kind].workload),
  port: stores[kind].port,
});

/** The sizes agree, or why they do not. Pure. */
export const sizeProblem = (stated: number, found: number): string | undefined => {
  if (found === 0) return "the object is empty";
  return stated !== 0 && stated !== found ? `the operator says ${stated} bytes, the object has ${found}` : undefined;
};

/** @throws OperationFailed where the object is not there, is empty or has another size. */
export const checkObject = async (
  world: World,
  { names, kind, backup }: { readonly names: OpenBaoNames; readonly kind: StoreKind; readonly backup: TakenBackup },
): Promise<void> => {
  const { key, target } = backup;
  const secretName = target.credentialsSecretRef?.name ?? names.backupSecret;
  const login = await readSecret(world, pathsOf(names).secret(secretName));
  if (!login)
    throw new OperationFailed({
      what: `The snapshot can't be looked at: there is no Secret ${secretName} in namespace ${names.namespace}`,
      next: "Bring the stack up, and run the same command again",
    });
  const found = await world.forward(storePods(kind), async (port) => {
    const s3 = new AwsClient({
      accessKeyId: login["accessKeyId"] ?? "",
      secretAccessKey: login["secretAccessKey"] ?? "",
      region: target.region ?? stores[kind].region,
      service: "s3",
      retries: 0,
    });
    const path = key.split("/").map(encodeURIComponent).join("/");
    const { status, headers } = await s3.fetch(`http://127.0.0.1:${port}/${target.bucket ?? ""}/${path}`, {
      method: "HEAD",
      signal: AbortSignal.timeout(15_000),
    });
    if (status === 404) throw noSuchKey(key, target.bucket ?? "");
    if (status !== 200)
      throw new OperationFailed({
        what: `The object store answered ${status} to the login in Secret ${secretName}, asked for ${key}`,
        next: "Look at the object store and at that login: the Jobs of backups have the same",
      });
    return Number(headers.get("content-length") ?? 0);
  });
  const problem = sizeProblem(backup.bytes, found);
  if (problem)
    throw new OperationFailed({
      what: `The snapshot ${key} is not whole`,
      message: problem,
      next: "Do not rely on it",
    });
  tell(world, `the bucket ${target.bucket ?? ""} has it, ${found} bytes`);
};
