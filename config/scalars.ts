// Scalar schemas shared by every section of the stack file. Each message shows a value that would have been accepted.
import { z } from "zod";

const pattern = (re: RegExp, what: string, example: string) =>
  z.string().regex(re, { error: `Expected ${what}, for example ${example}` });

/** Kubernetes quantity: a number with an optional suffix (m, k, M, G, T, Ki, Mi, Gi, Ti). */
export const Quantity = pattern(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, "a Kubernetes quantity", '"512Mi" or "250m"');

/** Binary or decimal storage size; unlike Quantity it refuses a bare number, which would mean bytes. */
export const StorageSize = pattern(/^[1-9]\d*(Ki|Mi|Gi|Ti|M|G|T)$/, "a storage size with its unit", '"2Gi"');

/** Duration as Prometheus and Go both read it: whole numbers with one unit (s, m, h). */
export const Duration = pattern(/^[1-9]\d*(s|m|h)$/, "a duration with its unit", '"30s" or "24h"');

/** RFC 1123 label: what Kubernetes accepts as the name of a Service or Namespace. At most 40 characters, to leave room for suffixes. */
export const DnsLabel = pattern(
  /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
  "lower-case letters, digits and dashes, at most 40, starting with a letter",
  '"my-app"',
);

export const Hostname = pattern(
  /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
  "a host name",
  '"grafana.example.com"',
);

/** PostgreSQL identifier that needs no quoting. */
export const SqlIdentifier = pattern(
  /^[a-z_][a-z0-9_]{0,62}$/,
  "lower-case letters, digits and underscores",
  '"auth_db"',
);

/** S3 bucket name. */
export const BucketName = pattern(
  /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "3 to 63 lower-case letters, digits and dashes",
  '"loki-chunks"',
);

export const UrlPath = pattern(/^\/[A-Za-z0-9._~/-]*$/, "a path that starts with /", '"/api"');

export const HttpUrl = z.url({
  protocol: /^https?$/,
  error: 'Expected an http or https URL, for example "http://host:8080/hook"',
});

export const Port = z.int({ error: "Expected a whole port number from 1 to 65535" }).min(1).max(65535);

/** An unprivileged port on the host: 1024 and up need no root. */
export const HostPort = z.int().min(1024, { error: "Expected a port from 1024 to 65535" }).max(65535);

/** Image reference with a tag or digest; `latest` is refused, because it names another image every day. */
export const ImageReference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.:-]*(\/[a-z0-9._-]+)*\/[a-z0-9._-]+:[A-Za-z0-9_][A-Za-z0-9._-]*(@sha256:[a-f0-9]{64})?$/, {
    error: 'Expected registry/repository:tag, for example "ghcr.io/stefanprodan/podinfo:6.9.2"',
  })
  .refine((ref) => !/:latest(@|$)/.test(ref), {
    error: "The tag latest names another image every day. Give the version, for example :1.4.2",
  });

const hostedZoneId = 'Expected the id of a hosted zone of Route 53, for example "Z0123456789ABCDEFGHIJ"';

export const HostedZoneId = z.string({ error: hostedZoneId }).regex(/^Z[A-Z0-9]{5,31}$/, {
  error: hostedZoneId,
});
