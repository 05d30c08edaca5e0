// Secrets that somebody else keeps: where, and which of them come into the namespace of the apps.
import { z } from "zod";
import { DnsLabel, Duration, HttpUrl } from "./scalars.ts";

const SecretKey = z
  .string()
  .regex(/^[-._a-zA-Z0-9]{1,253}$/, { error: "Expected letters, digits, dots, dashes and underscores" });

const Kubernetes = z
  .strictObject({
    kind: z.literal("kubernetes"),
    generate: z
      .record(DnsLabel, z.array(SecretKey).min(1))
      .default({})
      .describe("Secret to its keys: made there with random values, for what nobody has to choose"),
  })
  .describe("Secrets of the namespace secret-source of this cluster");

const Aws = z
  .strictObject({
    kind: z.literal("aws"),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'Expected a region, for example "eu-central-1"' })
      .exactOptional()
      .describe("Not on EKS, where it is the cluster's"),
    service: z.enum(["SecretsManager", "ParameterStore"]).default("SecretsManager"),
    role: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, {
        error: 'Expected a role, "arn:aws:iam::123456789012:role/name"',
      })
      .exactOptional()
      .describe(
        "Role of the service account (IRSA). Without it the secret strata:secretsCredentials is the login. Neither on EKS, where the controller has a role of its own",
      ),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]*(\/[\w.-]+)*$/, {
        error: 'Expected a name without a slash at its ends, for example "team"',
      })
      .exactOptional()
      .describe("On EKS: only names below it can be read, such as PREFIX/database. Default: the cluster's name"),
  })
  .describe("AWS Secrets Manager or Parameter Store");

const Vault = z
  .strictObject({
    kind: z.literal("vault"),
    server: HttpUrl.describe("Address as the cluster reaches it"),
    path: z.string().min(1).default("secret").describe("Mount of the key-value engine"),
    version: z.enum(["v1", "v2"]).default("v2").describe("Of the key-value engine"),
    role: z
      .string()
      .min(1)
      .describe("Role of the Kubernetes login, bound to the service account secret-reader of namespace apps"),
    mount: z.string().min(1).default("kubernetes").describe("Mount of the Kubernetes login"),
    caBundle: z.base64().exactOptional().describe("Certificates to trust, PEM in base64. Default: the image's own"),
  })
  .describe("HashiCorp Vault or OpenBao, which speaks its protocol; the server is yours");

const Item = z.strictObject({
  refresh: Duration.default("1h").describe("How often the backend is asked"),
  keys: z
    .record(
      SecretKey,
      z.strictObject({
        from: z.string().min(1).max(512).describe("Name or path in the backend"),
        property: z.string().min(1).exactOptional().describe("Field of it. Default: the whole value"),
      }),
    )
    .refine((keys) => Object.keys(keys).length > 0, { error: "Expected one key or more" }),
});

export const SecretsSchema = z.strictObject({
  kind: z.literal("external-secrets"),
  backend: z.discriminatedUnion("kind", [Kubernetes, Aws, Vault]),
  items: z.record(DnsLabel, Item).default({}).describe("Secrets of namespace apps, which apps name under secrets"),
  reload: z
    .enum(["reloader", "none"])
    .default("reloader")
    .describe("Whether an app restarts when a secret that it reads has changed in the backend"),
});
