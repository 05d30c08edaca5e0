// The root that the edge's certificate comes from.
import { rootCertificates } from "node:tls";
import type { NetworkConfig } from "../../config/schema.ts";
import { rootName } from "../../layers/network/certificates/issuer.ts";
import { UserError } from "../../lib/errors.ts";
import { namespaces } from "../../names.ts";

/** Decoded values of a Secret. */
export type ReadSecret = (namespace: string, name: string) => Promise<Readonly<Record<string, string>>>;

/**
 * PEM of what a client has to trust: the cluster's own root, or every public one.
 *
 * Of the Secret the certificate alone is taken; its key goes nowhere.
 *
 * @throws UserError where the root is not there yet.
 */
export const edgeRoot = async (
  { certificates }: Pick<NetworkConfig, "certificates">,
  readSecret: ReadSecret,
): Promise<string> => {
  if (certificates?.kind !== "cert-manager")
    throw new UserError("The stack has no network.certificates, so there is no root");
  if (certificates.issuer.kind === "acme") return rootCertificates.join("\n");
  const root = (await readSecret(namespaces.certificates, rootName))["tls.crt"];
  if (root === undefined)
    throw new UserError(
      `The Secret ${rootName} in the namespace ${namespaces.certificates} has no certificate yet. Try again in a minute`,
    );
  return root;
};
