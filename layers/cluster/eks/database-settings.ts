// What an instance of RDS is told beyond its size. Pure.

/** Major version: parameter groups are for one. */
const majorOf = (engineVersion: string): string => engineVersion.split(".")[0] ?? engineVersion;

export const parameterFamily = (engineVersion: string): string => `postgres${majorOf(engineVersion)}`;

export const parameters = [
  // Whoever comes without TLS is refused.
  { name: "rds.force_ssl", value: "1" },
  { name: "password_encryption", value: "scram-sha-256" },
  { name: "log_lock_waits", value: "1" },
  { name: "log_min_duration_statement", value: "1000" },
];

/** Most that the volume grows to, in GiB: RDS adds to it when less than a tenth is free. */
export const mostStorage = (storageGiB: number): number => storageGiB * 5;
