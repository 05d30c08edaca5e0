// Who must have signed an image. Kyverno asks the image's registry for the signature when a pod comes.
import { z } from "zod";

const ImagePattern = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*\.[a-z0-9.-]+(:\d+)?\/[a-z0-9._/*-]+$/, {
    error: 'Expected registry/repository with * for any text, for example "ghcr.io/acme/*"',
  })
  .describe("Image references: registry/repository, with * for any text");

const Keyless = z
  .strictObject({
    issuer: z.url({ protocol: /^https$/, error: "Expected the https address of the issuer of the identity" }),
    subject: z.string().min(1).exactOptional().describe("Identity in the certificate, exactly"),
    subjectPattern: z.string().min(1).exactOptional().describe("Identity in the certificate, as a regular expression"),
  })
  .refine(({ subject, subjectPattern }) => (subject === undefined) !== (subjectPattern === undefined), {
    error: "Expected one of subject and subjectPattern: without an identity anybody's signature would do",
  })
  .describe("Signed with a certificate of Sigstore's public Fulcio, and written down in its Rekor");

export const SignatureSchema = z
  .strictObject({
    images: z.array(ImagePattern).min(1),
    keyless: Keyless.exactOptional(),
    key: z
      .string()
      .regex(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----\n?$/, {
        error: "Expected a public key in PEM, as cosign generate-key-pair writes it to cosign.pub",
      })
      .exactOptional()
      .describe("Public key in PEM. Signatures with it are asked of the registry alone, not of Rekor"),
    attestations: z
      .array(z.url({ error: 'Expected the type of an attestation, for example "https://slsa.dev/provenance/v1"' }))
      .default([])
      .describe("Types of in-toto attestations that must be there too, signed by the same"),
  })
  .refine(({ keyless, key }) => (keyless === undefined) !== (key === undefined), {
    error: "Expected one of keyless and key",
  });
