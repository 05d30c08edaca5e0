// Configurations of the network layer for its tests: parsed by the real schema, so every default is in them.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseConfig } from "../../config/parse.ts";
import type { Config, NetworkConfig, TraefikConfig } from "../../config/schema.ts";

/** Sections of a stack file on a kind cluster, parsed. */
export const parsedConfig = (sections: Record<string, unknown>): Config =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: Object.fromEntries(
      Object.entries({ cluster: { kind: "kind" }, ...sections }).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  }) as Config;

/** With Traefik as its gateway. */
export type TraefikNetwork = NetworkConfig & { readonly ingress: TraefikConfig };

export const networkConfig = (network: Record<string, unknown> = {}): TraefikNetwork => {
  const parsed = parsedConfig({ network }).network;
  const { ingress } = parsed;
  if (ingress.kind !== "traefik") throw new Error("its gateway is not Traefik");
  return { ...parsed, ingress };
};

export const referenceText = (): string =>
  readFileSync(new URL("../unit/network/reference-routes.yaml", import.meta.url), "utf8");

/** The four routes of the reference system with its middlewares. */
export const referenceNetwork = (): TraefikNetwork =>
  networkConfig((parse(referenceText()) as Record<string, Record<string, unknown>>)["strata:network"]);
