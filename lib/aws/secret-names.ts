// Names of the secrets that a cluster's pods may read in its account.
export type SecretService = "SecretsManager" | "ParameterStore";

/** How a name begins that lies below the prefix: `prefix/`, and `/prefix/` in Parameter Store, where names are paths. */
export const nameBelow = (service: SecretService, prefix: string): string =>
  service === "ParameterStore" ? `/${prefix}/` : `${prefix}/`;
