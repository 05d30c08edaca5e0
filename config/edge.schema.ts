// The edge in the stack file: the gateway's port for TLS before the platform's own pages.
import { z } from "zod";
import { Hostname } from "./scalars.ts";

/** In this order wherever they are listed. */
export const edgePageNames = ["openbao", "argocd", "grafana", "prometheus", "alertmanager", "redpandaConsole"] as const;

export type EdgePageName = (typeof edgePageNames)[number];

export const EdgeSchema = z
  .strictObject({
    domain: Hostname.refine((domain) => !domain.startsWith("*"), {
      error: 'Expected a domain without *, for example "strata.localhost"',
    })
      .default("strata.localhost")
      .describe(
        "Each page has a host below it, for example grafana.strata.localhost. Names below .localhost lead to 127.0.0.1 in browsers, curl and systemd",
      ),
    pages: z
      .array(z.enum(edgePageNames))
      .min(1)
      .exactOptional()
      .describe("Default: every page of the stack that asks for a login (openbao, argocd, grafana)"),
  })
  .describe("One gateway with TLS before the platform's pages, each under a host of its own: docs/network.md");
