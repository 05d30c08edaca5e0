import { describe, expect, test } from "vitest";
import type { SignatureConfig } from "../../../../config/schema.ts";
import { registryFlows, signatureSpec } from "../../../../layers/platform/policy/signatures.ts";
import { parsedConfig } from "../../../support/network.ts";

const key = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n";
const keyless = { issuer: "https://token.actions.githubusercontent.com", subject: "https://github.com/acme/shop" };
const existing = { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" };

const signatures = (entry: Record<string, unknown>, cluster: unknown = existing): readonly SignatureConfig[] => {
  const { policy } = parsedConfig({ cluster, policy: { kind: "kyverno", signatures: [entry] } });
  if (policy.kind !== "kyverno") throw new Error("no Kyverno");
  return policy.signatures;
};
const only = (entry: Record<string, unknown>): SignatureConfig => {
  const [first] = signatures(entry);
  if (first === undefined) throw new Error("no entry");
  return first;
};

describe("refuses", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["nobody who signs", { images: ["ghcr.io/acme/*"] }, "Expected one of keyless and key"],
    ["two who sign", { images: ["ghcr.io/acme/*"], key, keyless }, "Expected one of keyless and key"],
    [
      "anybody's signature",
      { images: ["ghcr.io/acme/*"], keyless: { issuer: keyless.issuer } },
      "Expected one of subject and subjectPattern",
    ],
    ["a pattern without a registry", { images: ["acme/*"], key }, "Expected registry/repository with * for any text"],
    [
      "a private key",
      { images: ["ghcr.io/acme/*"], key: "-----BEGIN PRIVATE KEY-----" },
      "Expected a public key in PEM",
    ],
    ["an image that is built here", { images: ["strata.local/*"], key }, "is built here and in no registry"],
  ])("%s", (_what, entry, message) => {
    expect(() => signatures(entry)).toThrow(message);
  });

  test.each(["kind", "k3d"])("a cluster of %s, into which images are loaded by their tag", (kind) => {
    expect(() => signatures({ images: ["ghcr.io/acme/*"], key }, { kind })).toThrow(
      `strata:policy.signatures: A signature is of an image in its registry, and on ${kind} images are loaded`,
    );
  });

  test("it of a stack without Kyverno", () => {
    expect(() => parsedConfig({ cluster: existing, policy: { kind: "none", signatures: [] } })).toThrow(
      "strata:policy.signatures: unknown key",
    );
  });
});

test("keyless is checked against the public log, for the one identity", () => {
  const spec = signatureSpec(only({ images: ["ghcr.io/acme/*"], keyless }), "enforce");
  expect(spec.attestors).toEqual([
    {
      name: "signer",
      cosign: { keyless: { identities: [keyless] }, ctlog: { url: "https://rekor.sigstore.dev" } },
    },
  ]);
  const { subject: _, ...issuer } = keyless;
  const byPattern = only({
    images: ["ghcr.io/acme/*"],
    keyless: { ...issuer, subjectPattern: "^https://github.com/acme/" },
  });
  expect(JSON.stringify(signatureSpec(byPattern, "audit").attestors)).toContain(
    '"subjectRegExp":"^https://github.com/acme/"',
  );
});

test("a key is checked without the log, and each attestation beside the signature", () => {
  const types = ["https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom"];
  const spec = signatureSpec(only({ images: ["ghcr.io/acme/*"], key, attestations: types }), "audit");
  expect(spec.attestors[0]?.cosign).toEqual({
    key: { data: key },
    ctlog: { insecureIgnoreTlog: true, insecureIgnoreSCT: true },
  });
  expect(spec.attestations).toEqual(types.map((type, index) => ({ name: `attestation${index}`, intoto: { type } })));
  expect(spec.validations.map(({ expression }) => /verify\w+\(.*?\]\)/.exec(expression)?.[0])).toEqual([
    "verifyImageSignatures(image, [attestors.signer])",
    "verifyAttestationSignatures(image, attestations.attestation0, [attestors.signer])",
    "verifyAttestationSignatures(image, attestations.attestation1, [attestors.signer])",
  ]);
});

test("enforce lets nothing in that could not be verified; audit keeps nothing out", () => {
  const entry = only({ images: ["ghcr.io/acme/*"], key });
  expect(signatureSpec(entry, "enforce").failurePolicy).toBe("Fail");
  expect(signatureSpec(entry, "audit").failurePolicy).toBe("Ignore");
  expect(signatureSpec(entry, "audit").validationConfigurations.mutateDigest).toBe(false);
});

test("Kyverno may ask the world only where there is something to verify", () => {
  expect(registryFlows([])).toEqual([]);
  expect(registryFlows(signatures({ images: ["ghcr.io/acme/*"], key }))).toEqual([
    { peers: ["internet"], ports: [443] },
  ]);
});
