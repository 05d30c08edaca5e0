// What a new OpenBao does to itself before anybody can log in, as data: the admin's login by tokens of Kubernetes, and a place for secrets.
// It happens once, at the very first start. A later change here does nothing to a cluster that runs, and a mistake locks everybody out of a new one.
import type { ApiFacts } from "../../../lib/handles.ts";
import { type OpenBaoNames, openbaoAudience } from "../../../lib/openbao.ts";

/** One request of `spec.selfInit.requests`. It is stored in clear: never put a secret into it. */
export interface SelfInitRequest {
  /** Letters, digits, `_` and `-`, at most 64; each once. */
  readonly name: string;
  readonly operation: "create" | "read" | "update" | "delete" | "list" | "patch";
  readonly path: string;
  /** For paths below sys/auth/. */
  readonly authMethod?: { readonly type: string; readonly description?: string };
  /** For paths below sys/mounts/. */
  readonly secretEngine?: {
    readonly type: string;
    readonly description?: string;
    readonly options?: Readonly<Record<string, string>>;
  };
  /** For paths below sys/policies/. */
  readonly policy?: { readonly policy: string };
  /** For every other path: the body that its API takes. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Name of the policy that may do everything. */
export const adminPolicy = "admin";

/** How long a login of the admin lasts. */
export const adminTtl = "1h";

const everything = 'path "*" {\n  capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"]\n}\n';

/** Requests in the order in which they are made. */
export const selfInitRequests = (
  names: OpenBaoNames,
  api: Pick<ApiFacts, "issuer" | "publicKeys">,
): SelfInitRequest[] => [
  {
    name: "admin-login",
    operation: "update",
    path: `sys/auth/${names.adminMount}`,
    authMethod: { type: "jwt", description: "logins by tokens of Kubernetes" },
  },
  {
    // Nobody else does it for a mount of ours: without it every login fails. Keys and not an address to fetch them from, because
    // OpenBao would have to trust the API server's certificate and reach it at that moment.
    name: "admin-login-config",
    operation: "update",
    path: `auth/${names.adminMount}/config`,
    data: { bound_issuer: api.issuer, jwt_validation_pubkeys: [...api.publicKeys] },
  },
  {
    name: "secrets",
    operation: "update",
    path: `sys/mounts/${names.secrets}`,
    secretEngine: { type: "kv", description: "secrets, with their versions", options: { version: "2" } },
  },
  {
    name: "admin-policy",
    operation: "update",
    path: `sys/policies/acl/${adminPolicy}`,
    policy: { policy: everything },
  },
  {
    name: "admin-role",
    operation: "update",
    path: `auth/${names.adminMount}/role/${names.adminRole}`,
    data: {
      role_type: "jwt",
      user_claim: "sub",
      bound_audiences: [openbaoAudience],
      bound_subject: `system:serviceaccount:${names.namespace}:${names.adminAccount}`,
      token_policies: [adminPolicy],
      token_ttl: adminTtl,
    },
  },
];
