// A kubeconfig without credentials: whoever uses it is asked by AWS who they are.
import { createHash } from "node:crypto";

export interface EksEndpoint {
  readonly name: string;
  readonly region: string;
  /** https:// address of the API server. */
  readonly endpoint: string;
  /** Base64. */
  readonly certificateAuthority: string;
}

/** Kubeconfig as JSON. A token is asked of the `aws` CLI for each connection; it lives for 15 minutes. */
export const eksKubeconfig = ({ name, region, endpoint, certificateAuthority }: EksEndpoint): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
            interactiveMode: "IfAvailable",
            installHint:
              "The aws CLI gets the token: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
          },
        },
      },
    ],
  });

/** Another text for another cluster, and the same for whoever uses it. */
export const eksIdentity = ({ endpoint, certificateAuthority }: EksEndpoint): string =>
  createHash("sha256").update(`${endpoint}\0${certificateAuthority}`).digest("hex").slice(0, 16);
