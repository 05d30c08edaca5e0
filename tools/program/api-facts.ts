// What only a running API server says of itself: where it is reached, and who signs the tokens of its service accounts.
import { createPublicKey, type JsonWebKey } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFacts } from "../../lib/handles.ts";
import { type Api, apiOf } from "../cluster/api.ts";

const read = async (api: Api, path: string): Promise<unknown> => {
  const reply = await api.call("GET", path, { timeoutMs: 5000 });
  return reply?.status === 200 ? JSON.parse(reply.body) : undefined;
};

interface Slice {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
}

/** Its keys as PEM, in their order. */
export const pemOf = (keys: readonly JsonWebKey[]): readonly string[] =>
  keys.map((key) => createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString());

/** Undefined where a part of it is not there yet. */
export const factsFrom = async (api: Api): Promise<ApiFacts | undefined> => {
  const [discovery, jwks, slice] = (await Promise.all([
    read(api, "/.well-known/openid-configuration"),
    read(api, "/openid/v1/jwks"),
    read(api, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes"),
  ])) as [{ issuer?: string } | undefined, { keys?: readonly JsonWebKey[] } | undefined, Slice | undefined];
  const endpoints = [...new Set((slice?.endpoints ?? []).flatMap(({ addresses = [] }) => addresses))].sort();
  const { issuer } = discovery ?? {};
  const keys = jwks?.keys ?? [];
  if (issuer === undefined || keys.length === 0 || endpoints.length === 0) return undefined;
  return { endpoints, issuer, publicKeys: pemOf(keys) };
};

/** A server that just started has not written its own endpoint yet. */
const attempts = 20;

/** Undefined where none answers. */
export const apiFacts = async (kubeconfig: string, pauseMs = 500): Promise<ApiFacts | undefined> => {
  const api = apiOf(kubeconfig);
  if ((await api.call("GET", "/readyz", { timeoutMs: 5000 })) === undefined) return undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await factsFrom(api);
    if (found) return found;
    await sleep(pauseMs);
  }
  return undefined;
};
