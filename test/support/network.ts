// Configurations of the network layer for its tests: parsed by the real schema, so every default is in them.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseConfig } from "../../config/parse.ts";
import type { Config, NetworkConfig } from "../../config/schema.ts";

/** Sections of a stack file on a kind cluster, parsed. */
export const parsedConfig = (sections: Record<string, unknown>): Config =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: Object.fromEntries(
      Object.entries({ cluster: { kind: "kind" }, ...sections }).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  }) as Config;

export const networkConfig = (network: Record<string, unknown> = {}): NetworkConfig =>
  parsedConfig({ network }).network;

export const referenceText = (): string =>
  readFileSync(new URL("../unit/network/reference-routes.yaml", import.meta.url), "utf8");

/** The four routes of the reference system with its middlewares. */
export const referenceNetwork = (): NetworkConfig =>
  networkConfig((parse(referenceText()) as Record<string, Record<string, unknown>>)["strata:network"]);
