// Kyverno's policy of signed images: one ImageValidatingPolicy for each entry of strata:policy.signatures. Pure.
import type { KyvernoConfig, SignatureConfig } from "../../../config/schema.ts";
import type { Flow } from "../../../lib/network-policy.ts";
import { governed } from "./rules.ts";

/**
 * Kyverno asks the registry of an image, and of a keyless signature Sigstore's roots (tuf-repo-cdn.sigstore.dev) and its log
 * (rekor.sigstore.dev), all of them over https. A NetworkPolicy can't name hosts; a registry inside the cluster's network is
 * let through by apiServer's flow.
 */
export const registryFlows = (signatures: readonly SignatureConfig[]): readonly Flow[] =>
  signatures.length === 0 ? [] : [{ peers: ["internet"], ports: [443] }];

const cosign = ({ keyless, key }: SignatureConfig) => {
  if (keyless === undefined)
    // Signed with a key of one's own: nothing of it is in the public log, and nobody there need be asked.
    return { key: { data: key }, ctlog: { insecureIgnoreTlog: true, insecureIgnoreSCT: true } };
  const { issuer, subject, subjectPattern } = keyless;
  return {
    keyless: {
      identities: [
        {
          issuer,
          ...(subject !== undefined && { subject }),
          ...(subjectPattern !== undefined && { subjectRegExp: subjectPattern }),
        },
      ],
    },
    ctlog: { url: "https://rekor.sigstore.dev" },
  };
};

const name = (index: number): string => `attestation${index}`;

/** Every image that the pattern means, among all containers of a pod. */
const every = (call: string): string =>
  `(images.containers + images.initContainers + images.ephemeralContainers).map(image, ${call}).all(count, count > 0)`;

/** Spec of the policy. An image that does not match is none of its business. */
export const signatureSpec = (config: SignatureConfig, action: KyvernoConfig["action"]) => ({
  // Unlike the other policies: a registry that does not answer is what somebody with an unsigned image would wish for.
  failurePolicy: action === "enforce" ? "Fail" : "Ignore",
  matchConstraints: {
    namespaceSelector: {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...governed] }],
    },
    resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["pods"] }],
  },
  matchImageReferences: config.images.map((glob) => ({ glob })),
  // What is deployed stays as it was written: a tag is refused by strata-images, not changed here.
  validationConfigurations: { mutateDigest: false, verifyDigest: false, required: true },
  attestors: [{ name: "signer", cosign: cosign(config) }],
  ...(config.attestations.length > 0 && {
    attestations: config.attestations.map((type, index) => ({ name: name(index), intoto: { type } })),
  }),
  validations: [
    {
      expression: every("verifyImageSignatures(image, [attestors.signer])"),
      message: `An image of ${config.images.join(", ")} needs a signature of who strata:policy.signatures names`,
    },
    ...config.attestations.map((type, index) => ({
      expression: every(`verifyAttestationSignatures(image, attestations.${name(index)}, [attestors.signer])`),
      message: `An image of ${config.images.join(", ")} needs an attestation of the type ${type}`,
    })),
  ],
  // Registry and log are asked while the API server waits; its default is 10 s.
  webhookConfiguration: { timeoutSeconds: 30 },
});
