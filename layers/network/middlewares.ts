// Middlewares of the stack file in the format of Traefik's file provider.
import type { MiddlewareConfig } from "../../config/schema.ts";

/** A middleware of Traefik's dynamic configuration: one key, which is its kind there. */
export type TraefikMiddleware = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Far more than a refusal's page needs. */
const authAnswerBytes = 1_048_576;

/** Lists that are empty stay out: Traefik takes an empty header list for "set an empty header". */
const list = (key: string, values: readonly string[]) => (values.length > 0 ? { [key]: values } : {});

export const traefikMiddleware = (config: MiddlewareConfig): TraefikMiddleware => {
  switch (config.kind) {
    case "cors":
      return {
        headers: {
          accessControlAllowMethods: config.methods,
          accessControlAllowOriginList: config.origins,
          ...list("accessControlAllowHeaders", config.headers),
          ...list("accessControlExposeHeaders", config.exposeHeaders),
          accessControlMaxAge: config.maxAgeSeconds,
          // Without it a shared cache hands one origin's answer to another.
          addVaryHeader: true,
        },
      };
    case "rateLimit":
      return { rateLimit: { average: config.average, burst: config.burst } };
    case "retry":
      return { retry: { attempts: config.attempts, initialInterval: config.initialInterval } };
    case "forwardAuth":
      return {
        forwardAuth: {
          address: config.address,
          ...list("authResponseHeaders", config.responseHeaders),
          // Traefik reads the whole answer into memory, without a limit unless told.
          maxResponseBodySize: authAnswerBytes,
        },
      };
  }
};

/** Name of a middleware as a router refers to it: they all live in the file provider. */
export const middlewareReference = (name: string): string => `${name}@file`;
