// What OpenBao's operator puts before a cluster's own requests, by its documentation (0.5): a mount for its own logins, and a role for each of its Jobs.
// A stand-in: the operator itself writes these.
import { namespaces } from "../../../names.ts";
import type { SelfInitRequest } from "./hcl.ts";
import type { TestIssuer } from "./issuer.ts";

export const operatorMount = "jwt-operator";

/** Service accounts of the operator's Jobs, by role. */
export const operatorJobs = (cluster: string) => ({
  "openbao-operator-backup": `${cluster}-backup-serviceaccount`,
  "openbao-operator-upgrade": `${cluster}-upgrade-serviceaccount`,
  "openbao-operator-restore": `${cluster}-restore-serviceaccount`,
});

const policies: Readonly<Record<keyof ReturnType<typeof operatorJobs>, string>> = {
  "openbao-operator-backup": 'path "sys/storage/raft/snapshot" { capabilities = ["read"] }',
  "openbao-operator-upgrade": [
    'path "sys/health" { capabilities = ["read"] }',
    'path "sys/step-down" { capabilities = ["sudo", "update"] }',
    'path "sys/storage/raft/snapshot" { capabilities = ["read"] }',
    'path "sys/storage/raft/autopilot/state" { capabilities = ["read"] }',
  ].join("\n"),
  "openbao-operator-restore": 'path "sys/storage/raft/snapshot-force" { capabilities = ["update"] }',
};

export const operatorRequests = (
  { issuer, publicKeys }: TestIssuer,
  cluster: string,
  audience: string,
): readonly SelfInitRequest[] => [
  {
    name: "enable-jwt-auth",
    operation: "update",
    path: `sys/auth/${operatorMount}`,
    authMethod: { type: "jwt", description: "Logins of the operator" },
  },
  {
    name: "config-jwt-auth",
    operation: "update",
    path: `auth/${operatorMount}/config`,
    data: { bound_issuer: issuer, jwt_validation_pubkeys: publicKeys },
  },
  ...Object.entries(operatorJobs(cluster)).flatMap(([role, account]): SelfInitRequest[] => [
    {
      name: `policy-${role}`,
      operation: "update",
      path: `sys/policies/acl/${role}`,
      policy: { policy: policies[role as keyof typeof policies] },
    },
    {
      name: `role-${role}`,
      operation: "update",
      path: `auth/${operatorMount}/role/${role}`,
      data: {
        role_type: "jwt",
        user_claim: "sub",
        bound_audiences: [audience],
        bound_subject: `system:serviceaccount:${namespaces.openbao}:${account}`,
        token_policies: [role],
        ttl: "1h",
      },
    },
  ]),
];
