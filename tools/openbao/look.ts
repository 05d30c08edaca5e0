// Reads that every operation makes.
import { UserError } from "../../lib/errors.ts";
import type { OpenBaoNames } from "../../lib/openbao.ts";
import { type BaoCluster, pathsOf } from "./objects.ts";
import type { World } from "./world.ts";

/** @throws UserError where there is none. */
export const readCluster = async (world: World, names: OpenBaoNames): Promise<BaoCluster> => {
  const cluster = await world.get<BaoCluster>(pathsOf(names).cluster);
  if (!cluster)
    throw new UserError(
      `There is no OpenBaoCluster ${names.cluster} in namespace ${names.namespace}. Bring the stack up first: npm start`,
    );
  return cluster;
};

/** Decoded values of a Secret of the cluster's namespace, or of another at its path. Undefined where there is none. */
export const readSecret = async (world: World, path: string): Promise<Readonly<Record<string, string>> | undefined> => {
  const secret = await world.get<{ readonly data?: Readonly<Record<string, string>> }>(path);
  if (!secret) return undefined;
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
};
