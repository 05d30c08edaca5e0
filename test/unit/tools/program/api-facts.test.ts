import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { Api } from "../../../../tools/cluster/api.ts";
import { apiFacts, factsFrom, pemOf } from "../../../../tools/program/api-facts.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;

const answers: Readonly<Record<string, unknown>> = {
  "/.well-known/openid-configuration": { issuer: "https://kubernetes.default.svc.cluster.local" },
  "/openid/v1/jwks": { keys: [rsa, ec].map((key) => key.export({ format: "jwk" })) },
  "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes": {
    endpoints: [{ addresses: ["172.18.0.3"] }, { addresses: ["172.18.0.2", "172.18.0.3"] }],
  },
};

const apiWith = (changes: Readonly<Record<string, unknown>>): Api => ({
  call: async (_method, path) => {
    const body = { ...answers, ...changes }[path];
    return body === undefined ? { status: 404, body: "" } : { status: 200, body: JSON.stringify(body) };
  },
});

test.each([
  ["no issuer", { "/.well-known/openid-configuration": undefined }],
  ["no keys", { "/openid/v1/jwks": { keys: [] } }],
  ["no address yet", { "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes": { endpoints: null } }],
])("%s: nothing is said rather than half of it", async (_what, changes) => {
  expect(await factsFrom(apiWith(changes))).toBeUndefined();
});

test("where nobody answers there is nothing to say, at once", async () => {
  const kubeconfig = JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1", "certificate-authority-data": "" } }],
    users: [{ name: "u", user: {} }],
  });
  expect(await apiFacts(kubeconfig)).toBeUndefined();
});

test("issuer, every key as PEM, each address once", async () => {
  const facts = await factsFrom(apiWith({}));
  expect(facts?.issuer).toBe("https://kubernetes.default.svc.cluster.local");
  expect(facts?.endpoints).toEqual(["172.18.0.2", "172.18.0.3"]);
  expect(facts?.publicKeys.map((pem) => createPublicKey(pem).asymmetricKeyType)).toEqual(["rsa", "ec"]);
  expect(pemOf([])).toEqual([]);
});
