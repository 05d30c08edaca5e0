// What the operations know from the stack file; the rest they read from the cluster. Pure.
import type { Config, NetworkConfig } from "../../config/schema.ts";
import { UserError } from "../../lib/errors.ts";
import { type OpenBaoNames, openbaoNames } from "../../lib/openbao.ts";
import type { StoreKind } from "../verify/stores.ts";

export interface Target {
  readonly names: OpenBaoNames;
  readonly store: StoreKind;
  /** Version of openbao.upgrade.to. */
  readonly to: string | undefined;
  readonly demoLogin: boolean;
  readonly network: Pick<NetworkConfig, "certificates">;
}

/** @throws UserError for a stack without OpenBao, or with a store that can't be looked into. */
export const targetOf = (stack: string, { openbao, objectStore, network }: Config): Target => {
  if (!openbao) throw new UserError(`Pulumi.${stack}.yaml has no strata:openbao, so there is no OpenBao to operate on`);
  const store = objectStore?.kind;
  if (store !== "garage" && store !== "rustfs")
    throw new UserError(
      `Pulumi.${stack}.yaml has ${store === undefined ? "no strata:objectStore" : `objectStore.kind ${store}`}. The operations look for backups in garage or rustfs`,
    );
  return { names: openbaoNames(openbao.cluster), store, to: openbao.upgrade.to, demoLogin: openbao.demoLogin, network };
};
