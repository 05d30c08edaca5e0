// Each page through the edge, as a browser that trusts its root and nothing else: no check is ever switched off.
import { rootCertificates } from "node:tls";
import type { EdgePage } from "../../lib/handles.ts";
import { edgeRequest, plainEdgeRequest } from "../edge/https.ts";
import { type Finding, run, Skip } from "./checks.ts";

/** Answers 200 without a login where the page works. */
const healthOf: Readonly<Record<EdgePage, string>> = {
  // A standby would answer 429, and a sealed server 503.
  openbao: "/v1/sys/health?standbyok=true",
  argocd: "/healthz",
  grafana: "/api/health",
  prometheus: "/-/ready",
  alertmanager: "/-/ready",
  redpandaConsole: "/admin/health",
};

export interface EdgeTarget {
  readonly page: EdgePage;
  readonly host: string;
  /** Of the edge on this machine. */
  readonly port: number;
  /** Of plain HTTP. */
  readonly plainPort: number;
  /** PEM of the root to trust. */
  readonly ca: string;
  /** Whether that root is the cluster's own, so that no public one may do. */
  readonly ownRoot: boolean;
}

const answers = async ({ page, host, port, ca }: EdgeTarget): Promise<string> => {
  const path = healthOf[page];
  const { status, certificate } = await edgeRequest({ host, port, ca, path });
  if (status !== 200) throw new Error(`${host}${path} answered ${status}`);
  return `https://${host}:${port}${path} answered 200; certificate of ${certificate.issuer || "its root"}, for that name`;
};

const refusesOtherRoot = async ({ host, port, ownRoot }: EdgeTarget): Promise<string> => {
  if (!ownRoot) throw new Skip("its root is a public one");
  const wrong = edgeRequest({ host, port, ca: rootCertificates.join("\n") });
  const answered = await wrong.then(
    ({ status }) => `answered ${status}`,
    (error: NodeJS.ErrnoException) => error,
  );
  if (typeof answered === "string") throw new Error(`who trusts other roots only is ${answered}`);
  // A connection that fails for another reason would prove nothing.
  if (!/CERT|SIGNATURE|ISSUER/.test(answered.code ?? "")) throw answered;
  return `who trusts other roots only is told: ${answered.message}`;
};

const isNotPlain = async ({ host, port, plainPort }: EdgeTarget): Promise<string> => {
  const { status, headers } = await plainEdgeRequest({ host, port: plainPort });
  const location = headers["location"] ?? "";
  if (status < 300 || status > 399 || !location.startsWith(`https://${host}:${port}/`))
    throw new Error(`plain HTTP answered ${status} ${location}, where it should lead to https://${host}:${port}/`);
  return `plain HTTP leads to ${location}`;
};

/** Three checks for each page. */
export const verifyEdge = async (targets: readonly EdgeTarget[]): Promise<Finding[]> =>
  (
    await Promise.all(
      targets.map((target) =>
        Promise.all([
          run(`edge ${target.page}`, () => answers(target)),
          run(`edge ${target.page}, another root`, () => refusesOtherRoot(target)),
          run(`edge ${target.page}, without TLS`, () => isNotPlain(target)),
        ]),
      ),
    )
  ).flat();
