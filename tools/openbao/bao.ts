// OpenBao's API as the admin: through the edge as a browser comes, or through its Service as a pod comes. TLS is checked on both ways.
import type { NetworkConfig } from "../../config/schema.ts";
import { type OpenBaoNames, openbaoAudience } from "../../lib/openbao.ts";
import { ports } from "../../names.ts";
import { edgeRequest } from "../edge/https.ts";
import { edgeRoot } from "../edge/root.ts";
import { OperationFailed } from "./failure.ts";
import { readSecret } from "./look.ts";
import { pathsOf, secretPath } from "./objects.ts";
import type { World } from "./world.ts";

export type Way = "edge" | "service";

export interface Answer {
  readonly status: number;
  /** Parsed; empty where the answer has no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** An open way to the API. */
export interface Connection {
  readonly way: Way;
  /** For people: https://bao.localtest.me:30444 */
  readonly address: string;
  call(method: string, path: string, options?: { readonly token?: string; readonly body?: object }): Promise<Answer>;
}

export interface EdgeAddress {
  readonly host: string;
  /** Port on this machine. */
  readonly port: number;
  /** Who issued the edge's certificate. */
  readonly network: Pick<NetworkConfig, "certificates">;
}

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** What OpenBao says of an error: {"errors": ["permission denied"]} */
export const describeAnswer = ({ status, body }: Answer): string => {
  const errors = body["errors"];
  return `${status}${Array.isArray(errors) && errors.length > 0 ? `: ${errors.join("; ").trim()}` : ""}`;
};

interface Over {
  readonly way: Way;
  readonly address: string;
  readonly port: number;
  readonly ca: string;
  /** Name that the certificate must have. */
  readonly host: string;
}

const connection = ({ way, address, ...tls }: Over): Connection => ({
  way,
  address,
  call: async (method, path, { token, body } = {}) => {
    const { status, body: text } = await edgeRequest({
      ...tls,
      method,
      path: `/v1/${path}`,
      headers: {
        ...(token !== undefined && { "x-vault-token": token }),
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status, body: parsed(text) };
  },
});

/** @throws UserError where the edge's certificate has no root yet. */
export const viaEdge = async (world: World, { host, port, network }: EdgeAddress): Promise<Connection> => {
  const ca = await edgeRoot(
    network,
    async (namespace, name) => (await readSecret(world, secretPath(namespace, name))) ?? {},
  );
  return connection({ way: "edge", address: `https://${host}:${port}`, port, ca, host });
};

/** Runs `use` with a way through the Service's pods, over a forwarded port. */
export const viaService = async <T>(
  world: World,
  names: OpenBaoNames,
  use: (open: Connection) => Promise<T>,
): Promise<T> => {
  const paths = pathsOf(names);
  const ca = (await world.get<{ readonly data?: Readonly<Record<string, string>> }>(paths.ca))?.data?.["ca.crt"];
  const service = await world.get<{ readonly spec?: { readonly selector?: Readonly<Record<string, string>> } }>(
    paths.service,
  );
  const selector = service?.spec?.selector;
  if (ca === undefined || selector === undefined)
    throw new OperationFailed({
      what:
        ca === undefined
          ? `The operator has made no ConfigMap ${names.caConfigMap} with the root of OpenBao's certificate`
          : `The operator has made no Service ${names.service}`,
      next: `Look at the cluster: kubectl -n ${names.namespace} describe openbaocluster ${names.cluster}`,
    });
  return world.forward({ namespace: names.namespace, labels: selector, port: ports.openbaoApi }, (port) =>
    use(
      connection({
        way: "service",
        address: `https://${names.serviceHost}:${ports.openbaoApi}`,
        port,
        ca,
        host: names.tlsServerName,
      }),
    ),
  );
};

const tokenSeconds = 600;

/** A token of the admin's service account, for OpenBao only and for ten minutes. */
export const adminJwt = async (world: World, names: OpenBaoNames): Promise<string> => {
  const answer = await world.create<{ readonly status?: { readonly token?: string } }>(pathsOf(names).token, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: [openbaoAudience], expirationSeconds: tokenSeconds },
  });
  const jwt = answer.status?.token;
  if (jwt === undefined)
    throw new OperationFailed({
      what: `The API server gave no token for service account ${names.adminAccount}`,
      next: "Whoever runs this needs to create serviceaccounts/token there",
    });
  return jwt;
};

/** A logged-in admin. */
export interface Session {
  readonly token: string;
  readonly policies: readonly string[];
}

interface Auth {
  readonly client_token?: string;
  readonly policies?: readonly string[];
}

const sessionOf = ({ body }: Answer): Session | undefined => {
  const auth = body["auth"] as Auth | undefined;
  return auth?.client_token === undefined ? undefined : { token: auth.client_token, policies: auth.policies ?? [] };
};

/** @throws OperationFailed with what OpenBao answered. */
export const logIn = async (open: Connection, names: OpenBaoNames, jwt: string): Promise<Session> => {
  const path = `auth/${names.adminMount}/login`;
  const answer = await open.call("POST", path, { body: { role: names.adminRole, jwt } });
  const session = answer.status === 200 ? sessionOf(answer) : undefined;
  if (!session)
    throw new OperationFailed({
      what: `The login as ${names.adminRole} with a token of service account ${names.adminAccount} was refused`,
      message: `${open.address}/v1/${path} answered ${describeAnswer(answer)}`,
      next: `Self-init runs once: if the mount or the role is wrong, correct strata:openbao and build the cluster anew. Its log: kubectl -n ${names.namespace} logs -l openbao.org/cluster=${names.cluster}`,
    });
  return session;
};

/** Status of a login with a password; `session` where it is let in. */
export const passwordLogin = async (
  open: Connection,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<{ readonly answer: Answer; readonly session: Session | undefined }> => {
  const answer = await open.call("POST", `auth/userpass/login/${user}`, { body: { password } });
  return { answer, session: answer.status === 200 ? sessionOf(answer) : undefined };
};

/** Ends the login: nobody finds its token later. */
export const logOut = async (open: Connection, { token }: Session): Promise<void> => {
  await open.call("POST", "auth/token/revoke-self", { token }).catch(() => undefined);
};

/** Runs `use` as the admin, through the Service, and logs out. */
export const asAdmin = async <T>(
  world: World,
  names: OpenBaoNames,
  use: (open: Connection, session: Session) => Promise<T>,
): Promise<T> => {
  const jwt = await adminJwt(world, names);
  return viaService(world, names, async (open) => {
    const session = await logIn(open, names, jwt);
    try {
      return await use(open, session);
    } finally {
      await logOut(open, session);
    }
  });
};
