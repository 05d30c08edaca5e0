// The cluster of OpenBao that strata asks the operator for, as one real server: the operator's requests, then ours.
import { selfInitRequests } from "../../../layers/platform/openbao/self-init.ts";
import { openbaoAudience, openbaoNames } from "../../../lib/openbao.ts";
import { testIssuer } from "./issuer.ts";
import { operatorJobs, operatorMount, operatorRequests } from "./operator.ts";
import { type BaoOptions, type BaoServer, startBao } from "./server.ts";

export const names = openbaoNames("bao");
/** The API server's part. */
export const issuer = testIssuer();
export const operator = operatorRequests(issuer, names.cluster, openbaoAudience);
export const requests = selfInitRequests(names, issuer);

/** Claims of the admin's token. */
export const admin = { namespace: names.namespace, serviceAccount: names.adminAccount, audience: openbaoAudience };

export const startLane = (program: string, options: Partial<BaoOptions> = {}): Promise<BaoServer> =>
  startBao({ program, operator, requests, ...options });

export const adminToken = (server: BaoServer): Promise<string> =>
  server.login(issuer.token(admin), names.adminRole, names.adminMount);

/** As a Job of the operator logs in. */
export const jobToken = (server: BaoServer, role: keyof ReturnType<typeof operatorJobs>): Promise<string> =>
  server.login(issuer.token({ ...admin, serviceAccount: operatorJobs(names.cluster)[role] }), role, operatorMount);
